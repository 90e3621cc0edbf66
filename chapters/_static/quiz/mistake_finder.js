// Which mistake gives these numbers? They are compared with the table that stands in the page, computed when the site
// was built; nothing is computed here.
"use strict";

{
  const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;

  /** The numbers in a text, each with half a unit of its last digit. */
  const numbers = text => [...text.replaceAll("−", "-").matchAll(NUMBER)].map(([written]) => {
    const [digits, power = 0] = written.toLowerCase().split("e");
    const decimals = (digits.split(".")[1] ?? "").length;
    return {value: Number(written), within: 0.51 * 10 ** (power - decimals) + 1e-9};
  });

  const agree = (given, computed) => given.length === computed.length
    && given.every(({value, within}, i) => Math.abs(value - computed[i]) <= within + 1e-6 * Math.abs(computed[i]));

  customElements.define("mistake-finder", class extends HTMLElement {
    connectedCallback() {
      if (this.field) return;
      this.data = JSON.parse(this.querySelector("script").textContent);
      this.field = made("textarea", {rows: 4, spellcheck: false, autocomplete: "off"});
      this.said = made("output", {className: "verdict"});
      const label = made("label", {}, "Your numbers ", this.field);
      const form = made("form", {}, label, made("button", {textContent: "Which mistake?"}));
      form.addEventListener("submit", event => {
        event.preventDefault();
        this.said.replaceChildren(...this.found());
      });
      this.append(form, this.said);
      this.classList.add("quiz");
    }

    found() {
      const given = numbers(this.field.value);
      if (!given.length) {
        const asked = "Paste the numbers that your code prints; brackets and commas do no harm.";
        return [made("p", {textContent: asked})];
      }
      const told = [];
      const {questions, words} = this.data;
      for (const {asked, right, wrong, columns} of questions) {
        const rows = values => given.length === columns && columns > 1
          ? Array.from({length: values.length / columns}, (_, k) => values.slice(k * columns, (k + 1) * columns))
          : [];
        const matches = values => agree(given, values) || rows(values).some(row => agree(given, row));
        if (matches(right)) {
          told.push(made("p", {}, made("strong", {textContent: "✓ Right"}), `, if asked is: ${asked}.`));
        }
        for (const [slip, values] of wrong) {
          if (!matches(right) && matches(values)) told.push(this.told(slip, asked, words[slip]));
        }
      }
      const wrong = questions.reduce((sum, question) => sum + question.wrong.length, 0);
      const none = `None of the ${wrong} wrong answers in this book gives these ${given.length} numbers,`
        + " and no right one.";
      return told.length ? told : [made("p", {textContent: none})];
    }

    told(slip, asked, words) {
      const link = made("a", {href: `${this.data.gallery}#slip-${slip}`, textContent: slip});
      return made("p", {}, link, `, if asked is: ${asked}. ${words}`);
    }
  });
}
