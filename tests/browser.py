"""Open pages in a real Chromium that may not leave this machine, and list what a reader would find broken."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync").split()
PHONE = {"width": 375, "height": 800}
DESKTOP = {"width": 1280, "height": 900}
WCAG_21_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
MOST_BYTES = 700_000

MATHS_DONE = "() => document.readyState === 'complete' && (!document.querySelector('.math') || window.MathJax?.startup?.promise)"
COUNT_MATHS = """async () => {
  await window.MathJax?.startup?.promise;
  const count = selector => document.querySelectorAll(selector).length;
  return [count('.math'), count('mjx-container'), count('mjx-merror')];
}"""
THIN_OUT = """() => {
  document.querySelectorAll('mjx-container').forEach(formula => formula.replaceWith('formula'));
  const seen = new Set();
  for (const span of document.querySelectorAll('.highlight span[class]')) {
    if (seen.has(span.className)) span.replaceWith(span.textContent);
    seen.add(span.className);
  }
}"""
"""Leave one coloured word of code of each kind, and no formula: a formula is text in the colour around it. Without this axe takes most of its
time over thousands of elements that are alike."""
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > room ? document.documentElement.scrollWidth - room : 0;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, or Playwright's own where the machine has none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a web server on the loopback interface that serves ``folder``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def problems(browser: Browser, page: Path, html: str | None = None) -> list[str]:
    """What is broken on a page opened from its folder; with ``html``, it is shown with this text instead of its own.

    One visit sees to scripts and requests, maths, weight, a phone's width, and accessibility by day and by night.
    """
    loaded: list[str] = []
    with visit(browser, page.as_uri(), html, loaded) as (opened, found):
        total, rendered, failed = opened.evaluate(COUNT_MATHS)
        if failed:
            found.append(f"maths: {failed} formulas have errors")
        if rendered != total:
            found.append(f"maths: {rendered} of {total} formulas were rendered")
        if (weight := weight_of(loaded)) > MOST_BYTES:
            found.append(f"weight: {weight} bytes, compressed and without MathJax")
        opened.set_viewport_size(PHONE)
        if excess := opened.evaluate(TOO_WIDE):
            found.append(f"width: {excess} px too wide for a phone")
        opened.set_viewport_size(DESKTOP)
        opened.evaluate(THIN_OUT)
        opened.add_style_tag(content="* { transition: none !important }")
        found += [f"light: {finding}" for finding in accessibility_findings(opened, "light")]
        found += [f"dark: {finding}" for finding in accessibility_findings(opened, "dark", ["color-contrast", "link-in-text-block"])]
        return found


def accessibility_findings(page: Page, scheme: str, rules: list[str] | None = None) -> Iterator[str]:
    """What axe finds against WCAG 2.1 A and AA, or against ``rules`` alone, in the colour scheme "light" or "dark"."""
    page.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
    page.emulate_media(color_scheme=scheme)
    result = Axe().run(page, options={"runOnly": rules or WCAG_21_AA, "preload": False, "resultTypes": ["violations"]})
    for violation in result.response["violations"]:
        yield f"{violation['id']}: {[node['html'][:100] for node in violation['nodes'][:3]]}"


def weight_of(loaded: Iterable[str]) -> int:
    """The compressed size of these files, MathJax aside; fonts are compressed as they are."""
    files = {Path(unquote(urlsplit(address).path)) for address in loaded if address.startswith("file:") and "/mathjax/" not in address}
    return sum(file.stat().st_size if file.suffix == ".woff2" else len(gzip.compress(file.read_bytes())) for file in files if file.is_file())


@contextmanager
def visit(browser: Browser, address: str, html: str | None = None, loaded: list[str] | None = None) -> Iterator[tuple[Page, list[str]]]:
    """The page when its maths is done, and the list of problems, which grows while the page is open.

    ``loaded`` takes the addresses of all that the page asks for.
    """
    found: list[str] = []
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()

    def decide(route) -> None:
        target = urlsplit(route.request.url)
        if loaded is not None:
            loaded.append(route.request.url)
        if target.scheme not in ("file", "data", "blob") and target.hostname != "127.0.0.1":
            found.append(f"outside request: {route.request.url}")
            route.abort()
        elif html is not None and route.request.url == address:
            route.fulfill(body=html, content_type="text/html")
        else:
            route.continue_()

    context.route("**/*", decide)
    page.on("console", lambda message: message.type == "error" and found.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.on("response", lambda response: response.status >= 400 and found.append(f"missing: {response.url}"))
    page.on("requestfailed", lambda request: found.append(f"failed: {request.url}"))
    try:
        page.goto(address)
        page.wait_for_function(MATHS_DONE, timeout=10_000)
        yield page, found
    finally:
        context.close()
