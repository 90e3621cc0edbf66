"""Open pages in a real Chromium that may not leave this machine, and list what a reader would find broken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync").split()
PHONE = {"width": 375, "height": 800}
DESKTOP = {"width": 1280, "height": 900}

MATHS_DONE = "() => document.readyState === 'complete' && (!document.querySelector('.math') || window.MathJax?.startup?.promise)"
COUNT_MATHS = """async () => {
  await window.MathJax?.startup?.promise;
  const count = selector => document.querySelectorAll(selector).length;
  return [count('.math'), count('mjx-container'), count('mjx-merror')];
}"""
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


def problems(browser: Browser, address: str, html: str | None = None) -> list[str]:
    """What is broken on the page at ``address``; with ``html``, the page is shown with this text instead of its own."""
    with visit(browser, address, html) as (page, found):
        total, rendered, failed = page.evaluate(COUNT_MATHS)
        if failed:
            found.append(f"maths: {failed} formulas have errors")
        if rendered != total:
            found.append(f"maths: {rendered} of {total} formulas were rendered")
        page.set_viewport_size(PHONE)
        if excess := page.evaluate(TOO_WIDE):
            found.append(f"width: {excess} px too wide for a phone")
        return found


@contextmanager
def visit(browser: Browser, address: str, html: str | None = None) -> Iterator[tuple[Page, list[str]]]:
    """The page when its maths is done, and the list of problems, which grows while the page is open."""
    found: list[str] = []
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()

    def decide(route) -> None:
        target = urlsplit(route.request.url)
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
