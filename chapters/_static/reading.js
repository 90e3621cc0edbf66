// Small helps for who reads: what the theme leaves undone on a phone, by keyboard, and on other systems than Linux.
"use strict";

{
  const SCROLLS = ".bd-article :is(div.math, pre, .pst-scrollable-table-container, .cell_output .text_html)";
  const SYSTEMS = {Windows: /win/i, macOS: /mac|iphone|ipad/i, Linux: /linux|android|cros/i};

  /** What scrolls sideways can be reached by keyboard, and nothing else of its kind stops who tabs through the page. */
  const makeReachable = () => {
    for (const element of document.querySelectorAll(SCROLLS)) {
      if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  };

  /** The drawer of contents goes once one has chosen where to go: the place may be on this page. */
  const closeDrawer = ({target}) => {
    if (target.closest?.("a[href]")) target.closest("dialog[id$='sidebar-modal']")?.close();
  };

  /** Of tabs that are named after systems, the reader's own is open. */
  const openOwnSystem = () => {
    const own = navigator.userAgentData?.platform || navigator.platform;
    const name = Object.keys(SYSTEMS).find(name => SYSTEMS[name].test(own));
    for (const label of document.querySelectorAll(".sd-tab-set > label")) {
      if (label.textContent.trim() === name) document.getElementById(label.htmlFor).checked = true;
    }
  };

  addEventListener("DOMContentLoaded", openOwnSystem);
  addEventListener("load", () => setTimeout(makeReachable));
  addEventListener("resize", makeReachable);
  document.addEventListener("toggle", makeReachable, true);
  document.addEventListener("click", closeDrawer);
}
