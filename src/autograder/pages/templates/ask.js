"use strict";
for (const box of document.querySelectorAll(".ask")) {
  const [form, words, save] = ["pre", "textarea", "button"].map(part => box.querySelector(part));
  const change = () => { save.disabled = !words.value.trim(); };
  box.querySelector("div").hidden = false;
  words.addEventListener("input", change);
  save.addEventListener("click", () => {
    const head = form.textContent.slice(0, form.textContent.lastIndexOf("\n") + 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([head, words.value, "\n"], {type: "text/plain"}));
    link.download = form.dataset.name;
    link.click();
  });
  change();
}
