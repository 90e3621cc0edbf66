"""Open pages in a real Chromium that may not leave this machine, and list what a reader would find broken."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PHONE = {"width": 375, "height": 800}
NARROW = {"width": 320, "height": 800}
DESKTOP = {"width": 1280, "height": 900}
FONTS = (".woff", ".woff2")
WCAG_21_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
ABOUT_COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules that look at every word, which takes most of axe's time: they are tried on few words, by day and by night."""
MOST_BYTES = 250_000
"""What the first view of a page may weigh, compressed."""
NOWHERE = {"server": "http://127.0.0.1:9", "bypass": "127.0.0.1"}
"""A proxy that is not there: nothing but this machine can be reached."""

GIVEN_UP = "net::ERR_ABORTED"
"""How a request ends that the page no longer needs, because it has led on to another page."""

SHOWN = "() => document.readyState === 'complete' && document.fonts.status === 'loaded'"
COUNT_MATHS = """() => {
  const count = selector => document.querySelectorAll(selector).length;
  return [count('.math'), count('.math .katex-html'), count('.math > code')];
}"""
THIN_OUT = """() => {
  document.querySelectorAll('.katex').forEach(formula => formula.replaceWith('formula'));
  const seen = new Set();
  for (const span of document.querySelectorAll('.highlight span[class]')) {
    if (seen.has(span.className)) span.replaceWith(span.textContent);
    seen.add(span.className);
  }
}"""
"""Leave one coloured word of code of each kind, and no formula: a formula is text in the colour around it. Without this
axe takes most of its time over thousands of elements that are alike."""
KEEP_ONE_OF_A_KIND = """known => {
  const seen = new Set(known);
  const inherited = element => {
    const {backgroundColor, opacity, filter} = getComputedStyle(element);
    const [ground, dim, filters] = element.parentElement ? from(element.parentElement) : ['', 1, ''];
    return [backgroundColor === 'rgba(0, 0, 0, 0)' ? ground : backgroundColor, dim * opacity, filters + filter];
  };
  let found = new Map();
  const from = element => found.get(element) ?? found.set(element, inherited(element)).get(element);
  const look = element => {
    const {color, fontSize, fontWeight, textDecorationLine, borderBottomWidth} = getComputedStyle(element);
    const names = [element.localName, element.parentElement?.localName, element.checkVisibility()];
    return [...names, color, fontSize, fontWeight, textDecorationLine, borderBottomWidth, ...from(element)].join();
  };
  const links = element => [...element.querySelectorAll(':scope > a')];
  const kind = element => [look(element), ...new Set(links(element).map(look))].join(' with ');
  const dressed = scheme => {
    document.documentElement.dataset.theme = scheme;
    found = new Map();
    return all.map(kind);
  };
  const spoken = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const all = [...document.body.querySelectorAll('*')].filter(spoken);
  const [day, night] = [dressed('light'), dressed('dark')];
  const kept = new Set();
  all.forEach((element, i) => {
    const both = `${day[i]} by night ${night[i]}`;
    if (!seen.has(both)) for (const each of [element, ...links(element)]) kept.add(each);
    seen.add(both);
    if (kept.has(element)) return;
    if (!element.childElementCount) element.remove();
    else for (const node of [...element.childNodes]) if (node.nodeType === 3) node.remove();
  });
  return [...seen].filter(both => !known.includes(both));
}"""
"""Of words that look the same by day and by night, with the links that stand in them, leave the first, and none that
look like those ``known`` from another page: axe measures each. The kinds that are new."""
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth > room ? document.documentElement.scrollWidth - room : 0;
}"""


HIDDEN_BY_NUMBERS = """() => {
  const boxes = (equation, parts) => [...equation.querySelectorAll(parts)].map(part => part.getBoundingClientRect());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return [...document.querySelectorAll('div.math:has(.eqno)')].filter(equation =>
    boxes(equation, '.katex-base').some(formula => boxes(equation, '.eqno').some(number => meet(formula, number)))
  ).map(equation => equation.id);
}"""


SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 100_000}
WATCH_FIRST_VIEW = """
  window.firstView = {readable: 0, shift: 0};
  new PerformanceObserver(list => {
    for (const {value, hadRecentInput} of list.getEntries()) if (!hadRecentInput) firstView.shift += value;
  }).observe({type: "layout-shift", buffered: true});
  let seen = 0;
  const look = () => {
    seen ||= document.querySelector(".katex-html") ? performance.now() : 0;
    const [painted] = performance.getEntriesByName("first-contentful-paint");
    const fonts = [...document.fonts].filter(({family}) => family.includes("KaTeX"));
    if (seen && painted && fonts.every(({status}) => ["loaded", "error"].includes(status))) {
      firstView.readable = Math.max(seen, painted.startTime, fontsAt);
    } else setTimeout(look, 10);
  };
  let fontsAt = 0;
  for (const end of ["loadingdone", "loadingerror"]) {
    document.fonts.addEventListener(end, () => { fontsAt = performance.now(); });
  }
  look();
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, or Playwright's own where the machine has none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS, proxy=NOWHERE)
        browser.new_context(viewport=DESKTOP)
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
    """Sends files compressed, over connections that stay open, as web servers do; and says nothing."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        if not file.is_file():
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if file.suffix not in FONTS:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(_compressed(file))))
        self.end_headers()
        self.wfile.write(_compressed(file))

    def log_message(self, *args: object) -> None:
        pass


def problems_of_site(browser: Browser, pages: Iterable[Path]) -> dict[Path, list[str]]:
    """What is broken, by page; how words look is measured where they look so first."""
    known: list[str] = []
    return {page: broken for page in pages if (broken := problems(browser, page, known=known))}


def problems(browser: Browser, page: Path, html: str | None = None, known: list[str] | None = None) -> list[str]:
    """What is broken on a page opened from its folder; with ``html``, it is shown with this text instead of its own.

    One visit sees to scripts and requests, maths, weight, a phone's width, and accessibility by day and by night. The
    looks of words that are ``known`` are not measured again; new ones are added.
    """
    loaded: list[str] = []
    known = [] if known is None else known
    with visit(browser, page.as_uri(), html, loaded) as (opened, found):
        total, rendered, failed = opened.evaluate(COUNT_MATHS)
        if failed:
            found.append(f"maths: {failed} formulas have errors")
        if rendered != total:
            found.append(f"maths: {rendered} of {total} formulas were rendered")
        if (weight := weight_of(loaded)) > MOST_BYTES:
            found.append(f"weight: {weight} bytes, compressed")
        opened.add_style_tag(content="* { transition: none !important; content-visibility: visible !important }")
        opened.set_viewport_size(NARROW)
        if excess := opened.evaluate(TOO_WIDE):
            found.append(f"width: {excess} px too wide for a phone")
        found += [
            f"width: on a phone {equation} runs under its number" for equation in opened.evaluate(HIDDEN_BY_NUMBERS)
        ]
        opened.set_viewport_size(DESKTOP)
        opened.evaluate(THIN_OUT)
        off = {rule: {"enabled": False} for rule in ABOUT_COLOURS}
        found += accessibility_findings(opened, "light", {"runOnly": WCAG_21_AA, "rules": off})
        new = opened.evaluate(KEEP_ONE_OF_A_KIND, known)
        known += new
        for scheme in ("light", "dark") if new else ():
            found += accessibility_findings(opened, scheme, {"runOnly": ABOUT_COLOURS})
        return found


def accessibility_findings(page: Page, scheme: str, options: dict) -> Iterator[str]:
    """What axe finds on a page in the colour scheme "light" or "dark"."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate("scheme => document.documentElement.dataset.theme = scheme", scheme)
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    run = "options => axe.run({preload: false, resultTypes: ['violations'], ...options})"
    for violation in page.evaluate(run, options)["violations"]:
        yield f"{scheme}: {violation['id']}: {[node['html'][:100] for node in violation['nodes'][:3]]}"


def weight_of(loaded: Iterable[str]) -> int:
    """The compressed size of these files."""
    files = {Path(unquote(urlsplit(address).path)) for address in loaded if address.startswith("file:")}
    return sum(len(_compressed(file)) for file in files if file.is_file())


@cache
def _compressed(file: Path) -> bytes:
    """A file as a web server sends it; fonts are compressed as they are."""
    return file.read_bytes() if file.suffix in FONTS else gzip.compress(file.read_bytes())


@dataclass(frozen=True)
class FirstView:
    """What a reader with a slow phone gets: seconds until formulas can be read, how far things jump, bytes."""

    seconds: float
    shift: float
    weight: int


def on_a_slow_phone(browser: Browser, address: str) -> FirstView:
    """The first view of a page at 1.6 Mbit/s and 150 ms, on a processor of a quarter of this one's speed."""
    page = browser.new_page(viewport=PHONE, is_mobile=True, has_touch=True)
    try:
        phone = page.context.new_cdp_session(page)
        received: list[float] = []
        phone.on("Network.loadingFinished", lambda done: received.append(done["encodedDataLength"]))
        phone.send("Network.enable")
        phone.send("Network.emulateNetworkConditions", SLOW_NETWORK)
        phone.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        page.add_init_script(WATCH_FIRST_VIEW)
        page.goto(address, wait_until="networkidle")
        page.wait_for_function("() => window.firstView.readable")
        seen = page.evaluate("() => window.firstView")
        return FirstView(seen["readable"] / 1000, seen["shift"], round(sum(received)))
    finally:
        page.close()


@dataclass
class Kept:
    """A tab that visits leave to the next one: a new tab is a new process, which compiles all scripts again."""

    tab: Page
    is_free: bool = True


kept: dict[Browser, Kept] = {}


@contextmanager
def tab_kept(browser: Browser) -> Iterator[None]:
    """One visit at a time takes the same tab; whoever visits meanwhile gets one in front of it, which then closes."""
    kept[browser] = Kept(browser.contexts[0].new_page())
    yield
    kept.pop(browser, None)


def _tab(browser: Browser) -> Page:
    if browser in kept and kept[browser].is_free:
        kept[browser].is_free = False
        return kept[browser].tab
    return browser.contexts[0].new_page()


def _leave(browser: Browser, tab: Page) -> None:
    """Close the tab, or make it as it was when it was new."""
    if browser not in kept or tab is not kept[browser].tab:
        return tab.close()
    tab.unroute_all()
    tab.evaluate("() => sessionStorage.clear()")
    tab.goto("about:blank")
    tab.emulate_media(media="null", color_scheme="light", reduced_motion="no-preference")
    tab.set_viewport_size(DESKTOP)
    tab.mouse.move(0, 0)
    kept[browser].is_free = True


@contextmanager
def visit(
    browser: Browser, address: str, html: str | None = None, loaded: list[str] | None = None
) -> Iterator[tuple[Page, list[str]]]:
    """The page when all of it is shown, and the list of problems, which grows while the page is open.

    ``loaded`` takes the addresses of all that the page asks for. Pages share one context, which keeps
    what it has compiled.
    """
    found: list[str] = []
    page = _tab(browser)

    def note(request: Request) -> None:
        target = urlsplit(request.url)
        if loaded is not None:
            loaded.append(request.url)
        if target.scheme not in ("file", "data", "blob") and target.hostname != "127.0.0.1":
            found.append(f"outside request: {request.url}")

    watched = {
        "request": note,
        "console": lambda message: message.type == "error" and found.append(f"console: {message.text}"),
        "pageerror": lambda error: found.append(f"script: {error}"),
        "response": lambda response: response.status >= 400 and found.append(f"missing: {response.url}"),
        "requestfailed": lambda request: request.failure == GIVEN_UP or found.append(f"failed: {request.url}"),
    }
    for event, handler in watched.items():
        page.on(event, handler)
    if html is not None:
        page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    try:
        page.goto(address)
        page.wait_for_function(SHOWN)
        yield page, found
    except BaseException:
        page.close()
        kept.pop(browser, None)
        raise
    for event, handler in watched.items():
        page.remove_listener(event, handler)
    _leave(browser, page)
