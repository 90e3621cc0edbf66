// Questions that answer back. Tasks, right answers and what gives each wrong one were computed when the site was built;
// here an answer is compared with them. Whether a question was answered is kept in this browser alone.
"use strict";

{
  const KEY = "missing-sum-questions";

  /** What was answered right: names of questions. Where the browser keeps nothing, it lasts as long as the page. */
  const answered = new Set();
  const kept = {
    read() {
      try {
        for (const name of JSON.parse(localStorage.getItem(KEY) ?? "[]")) answered.add(name);
      } catch { /* nothing can be read here */ }
    },
    write() {
      try {
        localStorage.setItem(KEY, JSON.stringify([...answered]));
      } catch { /* nothing can be kept here */ }
    },
  };
  kept.read();

  /** The number that somebody has typed, as 0.25, 0,25, −0.25, .25 or 1/4; NaN if it is none. */
  const number = text => {
    const [over, under, more] = text.trim().replaceAll("−", "-").replaceAll(",", ".").split("/");
    const value = part => part?.trim() ? Number(part) : NaN;
    if (more !== undefined) return NaN;
    return under === undefined ? value(over) : value(over) / value(under);
  };

  class Question extends HTMLElement {
    connectedCallback() {
      if (this.variants) return;
      this.variants = [...this.querySelectorAll(".variant")];
      this.form = made("form", {noValidate: true});
      this.verdict = made("output", {className: "verdict"});
      this.tools = made("p", {className: "tools"});
      this.read = this.querySelector(".read");
      this.form.addEventListener("submit", event => {
        event.preventDefault();
        this.answer();
      });
      this.tool("Show the answer", () => this.say(false, ...this.answerShown()));
      this.another = this.tool("Other numbers", () => this.show((this.shown + 1) % this.variants.length, true));
      this.soFar = made("span", {className: "so-far"});
      this.tools.append(this.soFar);
      for (const variant of this.variants) variant.querySelector("details").hidden = true;
      this.variants.at(-1).after(this.form, this.verdict, this.tools);
      this.show(0);
    }

    tool(text, act) {
      const button = made("button", {type: "button", textContent: text});
      button.addEventListener("click", act);
      this.tools.append(button, " ");
      return button;
    }

    /** Show the k-th task, as if it had never been tried. */
    show(k, take = false) {
      this.shown = k;
      this.tried = false;
      this.variants.forEach((variant, i) => { variant.hidden = i !== k; });
      this.verdict.replaceChildren();
      this.read.hidden = true;
      this.form.replaceChildren(...this.fields(), made("button", {textContent: "Check"}));
      this.tell();
      if (take) this.form.querySelector("input").focus();
    }

    get variant() {
      return this.variants[this.shown];
    }

    say(right, ...words) {
      this.verdict.className = `verdict ${right === null ? "" : right ? "right" : "wrong"}`;
      this.verdict.replaceChildren(...words);
    }

    /** After an answer: the first one to a task counts. */
    judged(right, ...words) {
      this.say(right, made("p", {}, made("strong", {textContent: right ? "✓ Right." : "✗ No."})), ...words);
      this.read.hidden = right;
      if (right) {
        answered.add(this.dataset.name);
        kept.write();
      }
      const first = !this.tried;
      this.tried = true;
      for (const question of document.querySelectorAll(".quiz")) question.tell?.();
      this.dispatchEvent(new CustomEvent("answered", {bubbles: true, detail: {right, first}}));
    }

    tell() {
      const all = [...document.querySelectorAll(".quiz")];
      const right = all.filter(question => answered.has(question.dataset.name)).length;
      const place = `question ${all.indexOf(this) + 1} of ${all.length} on this page`;
      this.soFar.textContent = `${place}, ${right} right so far`;
    }
  }

  customElements.define("quiz-number", class extends Question {
    fields() {
      this.input = made("input", {inputMode: "decimal", autocomplete: "off", size: 10});
      return [made("label", {}, "Your answer ", this.input), " "];
    }

    answer() {
      const value = number(this.input.value);
      const {right, within, mistakes} = this.variant.dataset;
      if (!Number.isFinite(value)) {
        this.say(null, made("p", {textContent: "Type a number, such as 0.25, −0.25 or 1/4."}));
        return;
      }
      const is = other => Math.abs(value - Number(other)) <= Number(within);
      if (is(right)) {
        this.judged(true, ...this.answerShown());
        return;
      }
      const said = this.querySelector(".said").children;
      const known = mistakes.split(" ").map(each => each.split(":")).filter(([other]) => is(other)).slice(0, 3);
      const words = known.map(([, k]) => said[k].cloneNode(true));
      if (words.length > 1) words.unshift(made("p", {textContent: "More than one mistake gives this number:"}));
      this.judged(false, ...(words.length ? words : [made("p", {
        textContent: "No mistake that is known here gives this number. Compute it once more, or show the answer.",
      })]));
    }

    answerShown() {
      return [...this.variant.querySelector("details").children].slice(1).map(each => each.cloneNode(true));
    }
  });

  customElements.define("quiz-choice", class extends Question {
    fields() {
      const name = `${this.dataset.name}-${this.shown}`;
      const options = this.variant.querySelectorAll(".options > li");
      this.variant.querySelector(".options").hidden = true;
      this.choices = [...options].map((option, k) => {
        const input = made("input", {type: "radio", name, value: k});
        return made("label", {}, input, made("span", {}, ...option.firstElementChild.cloneNode(true).childNodes));
      });
      return [made("fieldset", {}, made("legend", {textContent: "Answers"}), ...this.choices)];
    }

    answer() {
      const k = this.choices.findIndex(choice => choice.firstChild.checked);
      if (k < 0) {
        this.say(null, made("p", {textContent: "Choose one of the answers."}));
        return;
      }
      const item = this.variant.querySelectorAll(".answers > li")[k];
      const words = item.firstElementChild.cloneNode(true);
      words.querySelector("strong").remove();
      this.judged(item.classList.contains("right"), words);
    }

    answerShown() {
      const right = this.variant.querySelector(".answers > .right");
      const k = [...right.parentElement.children].indexOf(right);
      const words = right.firstElementChild.cloneNode(true);
      words.querySelector("strong").remove();
      const text = this.choices[k].lastChild.cloneNode(true);
      return [made("p", {}, text), words];
    }
  });
}
