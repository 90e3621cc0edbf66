// What a cell showed. HTML comes from Python, and so from whatever code was run: words and tables of it remain.

const ELEMENTS = new Set(
  `A B BR CAPTION CODE DD DETAILS DIV DL DT EM FIGCAPTION FIGURE H3 H4 I LI OL P PRE S SMALL SPAN STRONG SUB SUMMARY SUP
  TABLE TBODY TD TFOOT TH THEAD TR UL`.split(/\s+/),
);
const ATTRIBUTES = /^(aria-[a-z]+|class|colspan|href|role|rowspan|scope|style|tabindex|title)$/;

export class Output {
  constructor(element) {
    this.element = element;
    element.classList.add("in-page-output");
    element.setAttribute("aria-live", "polite");
  }

  clear() {
    this.element.replaceChildren();
  }

  /** Show a piece: of "text", "error", "html", or "early", which the next HTML replaces. */
  show(kind, text) {
    if (kind === "html" || kind === "early") {
      this.element.querySelector(":scope > .early")?.remove();
      const block = document.createElement("div");
      block.className = kind;
      block.append(harmless(text));
      this.element.append(block);
      return;
    }
    let block = this.element.lastElementChild;
    if (block?.localName !== "pre" || block.className !== kind) {
      block = document.createElement("pre");
      block.className = kind;
      block.tabIndex = 0;
      this.element.append(block);
    }
    block.append(text);
  }

  say(words) {
    const line = document.createElement("p");
    line.className = "said";
    line.textContent = words;
    this.element.append(line);
  }
}

/** The HTML without scripts, without anything that loads something, and without links that lead off the site. */
export function harmless(html) {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  const site = new URL(window.inPage.root, location).href;
  for (const element of [...body.querySelectorAll("*")]) {
    if (!ELEMENTS.has(element.tagName)) {
      element.remove();
      continue;
    }
    for (const { name, value } of [...element.attributes]) {
      const loads = name === "style" && /url|image|@|\\|expression/i.test(value);
      const leaves = name === "href" && !new URL(value, location).href.startsWith(site);
      if (!ATTRIBUTES.test(name) || loads || leaves) element.removeAttribute(name);
    }
  }
  const fragment = document.createDocumentFragment();
  fragment.append(...body.childNodes);
  return fragment;
}
