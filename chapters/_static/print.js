// On paper a page is light, whatever it was on the screen, and nothing on it is folded.
"use strict";

{
  const page = document.documentElement;
  const FOLDED = ".bd-article details:not([open])";
  let onScreen, unfolded;
  addEventListener("beforeprint", () => {
    onScreen = page.dataset.theme;
    page.dataset.theme = "light";
    unfolded = [...document.querySelectorAll(FOLDED)];
    for (const details of unfolded) details.open = true;
    for (const picture of document.querySelectorAll("img[loading=lazy]")) picture.loading = "eager";
  });
  addEventListener("afterprint", () => {
    page.dataset.theme = onScreen;
    for (const details of unfolded) details.open = false;
  });
}
