// The page of practice: one task after the other, for five minutes; those missed come back first in the next round.
"use strict";

{
  const KEY = "missing-sum-practice";
  const MINUTES = 5;

  customElements.define("practice-round", class extends HTMLElement {
    connectedCallback() {
      if (this.panel) return;
      this.questions = [...this.querySelectorAll(".quiz")];
      this.missed = this.kept();
      this.said = made("output", {});
      this.start = this.button("Start five minutes", () => this.begin());
      this.next = this.button("Next task", () => this.go());
      this.stop = this.button("Stop", () => this.end());
      this.forget = this.button("Forget what I missed", () => {
        this.missed = [];
        this.keep();
        this.rest();
      });
      this.panel = made("p", {className: "round"});
      this.panel.append(this.start, " ", this.next, " ", this.stop, " ", this.forget, " ", this.said);
      this.prepend(this.panel);
      this.addEventListener("answered", ({detail: {right, first}}) => this.count(right, first));
      this.rest();
    }

    button(text, act) {
      const button = made("button", {type: "button", textContent: text});
      button.addEventListener("click", act);
      return button;
    }

    /** The tasks that were missed: pairs of a question's name and the number of its task. */
    kept() {
      try {
        return JSON.parse(localStorage.getItem(KEY) ?? "[]").filter(([name]) => this.named(name));
      } catch {
        return [];
      }
    }

    keep() {
      try {
        localStorage.setItem(KEY, JSON.stringify(this.missed));
      } catch { /* nothing can be kept here */ }
    }

    named(name) {
      return this.questions.find(question => question.dataset.name === name);
    }

    /** Between rounds nothing is asked. */
    rest(said = "") {
      clearInterval(this.clock);
      this.running = false;
      for (const question of this.questions) question.hidden = true;
      this.next.hidden = this.stop.hidden = true;
      this.start.hidden = false;
      this.forget.hidden = !this.missed.length;
      const waiting = this.missed.length ? ` ${this.missed.length} that you missed come first.` : "";
      const tasks = this.questions.reduce((sum, question) => sum + question.variants.length, 0);
      this.said.textContent = said + (said ? waiting : `${tasks} tasks.${waiting}`);
    }

    begin() {
      this.running = true;
      this.right = this.asked = 0;
      this.until = Date.now() + MINUTES * 60_000;
      this.waiting = [...this.missed];
      this.start.hidden = this.forget.hidden = true;
      this.next.hidden = this.stop.hidden = false;
      clearInterval(this.clock);
      this.clock = setInterval(() => this.tell(), 1000);
      this.go();
    }

    /** The next task: one that was missed, or any other. The round ends with the task in which its time runs out. */
    go() {
      if (Date.now() >= this.until) {
        this.end();
        return;
      }
      const {questions, waiting} = this;
      const any = () => {
        const question = questions[Math.floor(Math.random() * questions.length)];
        return [question.dataset.name, Math.floor(Math.random() * question.variants.length)];
      };
      const [name, k] = waiting.shift() ?? any();
      this.current = [name, k];
      for (const question of questions) question.hidden = question.dataset.name !== name;
      const question = this.named(name);
      question.show(k % question.variants.length, true);
      question.another.hidden = true;
      this.tell();
    }

    count(right, first) {
      if (!this.running || !first) return;
      this.asked += 1;
      this.right += right;
      const [name, k] = this.current;
      this.missed = this.missed.filter(([other, i]) => other !== name || i !== k);
      if (!right) this.missed.push([name, k]);
      this.keep();
      this.tell();
    }

    tell() {
      const left = Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
      const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
      const time = left ? clock : "time is up, this is the last";
      this.said.textContent = `${this.right} of ${this.asked} right at once, ${time}`;
    }

    end() {
      const {right, asked} = this;
      this.rest(asked ? `${right} of ${asked} right at once.` : "");
      this.start.focus();
    }
  });
}
