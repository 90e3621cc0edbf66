// A link within the book shows on a card what it leads to: an equation, a figure, an entry, the beginning of a section.
// On a touch screen, where nothing hovers, an entry of the glossary comes up as a sheet when its word is tapped.
"use strict";

{
  const LINKS = ".bd-article :is(a.reference.internal:not(.download, .image-reference), a.footnote-reference)";
  const TERMS = ".bd-article a:has(> .std-term)";
  const HEADING = "h1, h2, h3, h4, h5, h6";
  const CONTROLS = "script, noscript, button, input, select, textarea, details, iframe, .headerlink";
  const LINKED = ["id", "href", "for", "tabindex", "role", "aria-label", "aria-labelledby", "aria-describedby"];
  const [OPEN_AFTER, CLOSE_AFTER, GAP] = [200, 300, 6];
  const styles = new URL("katex/katex.css", document.currentScript.src).href;
  const pages = new Map();
  let asked, link, card, timer;

  /** What stands at a place of a page. An empty span is a second name of what comes after it. */
  const subject = place => {
    while (place?.matches("span:empty") && place.parentElement.matches("section, div")) {
      place = place.nextElementSibling;
    }
    return place?.closest("figure, table, dt, dl, .math, aside, p, li, section");
  };

  /** As much of it as a card has room for: of a section its heading and two paragraphs with their formulas, and dots
   *  for what stood between. */
  const excerpt = whole => {
    if (whole.matches("dt")) {
      const list = document.createElement("dl");
      for (let part = whole; part; part = part.matches("dd") ? null : part.nextElementSibling) {
        list.append(part.cloneNode(true));
      }
      return [list];
    }
    if (!whole.matches("section")) return [whole.cloneNode(true)];
    const title = Object.assign(document.createElement("p"), {className: "title"});
    title.append(...whole.querySelector(HEADING).cloneNode(true).childNodes);
    const parts = [title];
    let [room, gap] = [2, false];
    for (const part of whole.children) {
      if (part.matches(`span, ${HEADING}`)) continue;
      if (!part.matches("p, div.math")) gap = parts.length > 1;
      else if (part.matches("p") && !room--) break;
      else {
        if (gap) parts.push(Object.assign(document.createElement("p"), {textContent: "⋯"}));
        gap = false;
        parts.push(part.cloneNode(true));
      }
    }
    return parts;
  };

  /** The same to look at, with nothing in it to act on; an interactive figure keeps its drawing and its tables. */
  const still = (parts, address) => {
    const copy = document.createElement("div");
    copy.append(...parts);
    for (const element of copy.querySelectorAll("*")) {
      if (element.matches(CONTROLS)) element.remove();
      else if (element.localName.includes("-")) {
        element.replaceWith(...element.querySelectorAll(":scope > svg, :scope > .tables"));
      }
      if (element.matches("img")) element.src = new URL(element.getAttribute("src"), address).href;
      for (const name of LINKED) element.removeAttribute(name);
    }
    return copy;
  };

  /** This page, another one of the site, or nothing where a browser may not read it: in a folder without a server. */
  const load = ({origin, pathname, protocol}) => {
    if (origin !== location.origin) return null;
    if (pathname === location.pathname) return document;
    if (!protocol.startsWith("http")) return null;
    if (!pages.has(pathname)) {
      pages.set(pathname, fetch(pathname, {mode: "same-origin"})
        .then(async answer => answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null)
        .catch(() => { pages.delete(pathname); }));
    }
    return pages.get(pathname);
  };

  /** The style sheet of formulas, for a card with some on a page without any. */
  const dress = async card => {
    if (!card.querySelector(".katex") || document.querySelector('link[href*="katex.css"]')) return;
    const link = Object.assign(document.createElement("link"), {rel: "stylesheet", href: styles});
    await new Promise(done => { link.onload = link.onerror = done; document.head.append(link); });
  };

  /** Below the link if there is room, else on the side with more; within the window's width, where formulas fit too. */
  const place = (card, {left, top, bottom}) => {
    card.style.width = `${card.offsetWidth}px`;
    for (const formula of card.querySelectorAll("div.math > .katex-display")) {
      for (let size = 100; size > 30 && formula.scrollWidth > formula.clientWidth; size -= 5) {
        formula.parentElement.style.fontSize = `${size}%`;
      }
    }
    const [above, below, origin] = [top - GAP, innerHeight - bottom - GAP, card.offsetParent.getBoundingClientRect()];
    const upwards = below < card.offsetHeight && above > below;
    card.style.setProperty("--room", `${Math.max(upwards ? above : below, 120)}px`);
    const rightmost = document.documentElement.clientWidth - card.offsetWidth - GAP;
    card.style.left = `${Math.max(GAP, Math.min(left, rightmost)) - origin.left}px`;
    card.style.top = `${(upwards ? above - card.offsetHeight : bottom + GAP) - origin.top}px`;
    card.classList.toggle("cut", card.scrollHeight > card.clientHeight + 1);
  };

  const hide = () => {
    link?.removeAttribute("aria-describedby");
    card?.remove();
    asked = link = card = null;
  };

  /** What a link leads to, to look at; nothing if it cannot be read. */
  const lookUp = async link => {
    const address = new URL(link.href);
    const page = await load(address);
    const name = decodeURIComponent(address.hash.slice(1));
    const whole = page && subject(name ? page.getElementById(name) : page.querySelector("article section"));
    return whole && still(excerpt(whole), address);
  };

  const show = async next => {
    if (next === link || next === asked) return;
    asked = next;
    const content = await lookUp(next);
    if (!content || asked !== next) return;
    const made = Object.assign(document.createElement("div"), {className: "preview", role: "tooltip"});
    made.append(content);
    next.closest(".bd-article").append(made);
    await dress(made);
    await Promise.allSettled([...made.querySelectorAll("img")].map(image => image.decode()));
    if (asked !== next) return made.remove();
    hide();
    [link, card] = [next, made];
    card.id = "preview";
    link.setAttribute("aria-describedby", card.id);
    place(card, link.getBoundingClientRect());
  };

  const showSheet = async event => {
    const term = event.target.closest(TERMS);
    if (!term || !location.protocol.startsWith("http")) return;
    event.preventDefault();
    const content = await lookUp(term);
    if (!content) return location.assign(term.href);
    const sheet = Object.assign(document.createElement("dialog"), {className: "sheet", ariaLabel: term.textContent});
    const further = Object.assign(document.createElement("a"), {href: term.href, textContent: "In the glossary"});
    const choice = Object.assign(document.createElement("form"), {method: "dialog"});
    choice.append(further, Object.assign(document.createElement("button"), {textContent: "Close"}));
    sheet.append(content, choice);
    sheet.addEventListener("click", ({target}) => { if (target === sheet) sheet.close(); });
    sheet.addEventListener("close", () => sheet.remove());
    document.body.append(sheet);
    await dress(sheet);
    sheet.showModal();
  };

  const inUse = element => element?.matches(":hover, :focus-visible");
  const after = (delay, action) => { clearTimeout(timer); timer = setTimeout(action, delay); };
  const open = ({target}) => {
    const next = target.closest(LINKS);
    if (next) after(OPEN_AFTER, () => { if (inUse(next)) show(next); });
  };
  const close = () => after(CLOSE_AFTER, () => { if (![asked, link, card].some(inUse)) hide(); });
  const dismiss = () => { clearTimeout(timer); hide(); };

  if (matchMedia("(hover: none)").matches) document.addEventListener("click", showSheet);
  else addEventListener("load", () => {
    for (const event of ["mouseover", "focusin"]) document.addEventListener(event, open);
    for (const event of ["mouseout", "focusout"]) document.addEventListener(event, close);
    document.addEventListener("keydown", ({key}) => { if (key === "Escape") dismiss(); });
    document.addEventListener("click", ({target}) => { if (target.closest(LINKS)) dismiss(); });
  });
}
