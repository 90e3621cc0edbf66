"""Measure Python in a page of the built book, in Chromium and Firefox: prints JSON for ``make bench``.

    python -m tests.pages.measure [repetitions]

Times are milliseconds as a reader waits them; sizes are bytes, as a server sends them compressed.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser

from ..browser import chromium, served
from ..problem_sets import COURSE
from ..submissions.make import model_answers
from .firefox import in_firefox, lacking
from .live import LOADED, cells_of, first_view_added, page_of

SET = "ps2_missing_sum"
CHECK = "check.ps2.softmax_backward(softmax_backward)"
WRONG = "def softmax_backward(s, g):\n    return s * (g - (s * g).mean(axis=1, keepdims=True))\n"
MEASURE = """async ([before, wrong, right, check]) => {
  const timed = async (source, options = {}) => {
    const began = performance.now();
    let first;
    const output = (kind) => { if (kind === "early") first ??= performance.now() - began; };
    const result = await inPage.engine.run(source, {seconds: 60, output, ...options});
    return {took: performance.now() - began, first, ...result};
  };
  const began = performance.now();
  document.querySelector(".in-page button").click();
  while (!document.querySelector(".in-page-bar")) await new Promise((done) => setTimeout(done, 5));
  await inPage.engine.start();
  await timed(before[0]);
  const ready = performance.now() - began;
  for (const source of before.slice(1)) await timed(source);
  await timed(wrong);
  const told = await timed(check);
  await timed(right);
  await timed(check);
  const passed = await timed(check);
  const loop = await timed("while True:\\n    pass", {seconds: 1});
  const kept = await timed("softmax_backward");
  inPage.engine.stop();
  const again = performance.now();
  const {memory} = await timed("1");
  return {
    ready, what: told.first, where: told.took, right: passed.took, loop: loop.took - 1000,
    session_kept: kept.ok, restart: performance.now() - again, memory,
  };
}"""


def once(browser: Browser, address: str) -> dict:
    """A first visit: nothing is in any cache."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/{page_of(SET)}")
    before = renderer()
    right = model_answers(SET)
    cells = [[dict(cells_of(SET))["setup"], right["softmax_forward"]], WRONG, right["softmax_backward"], CHECK]
    found = page.evaluate(MEASURE, cells)
    found["renderer"] = renderer() - before
    context.close()
    return found


def renderer() -> int:
    """The memory of the largest process that shows a page."""
    lines = subprocess.run(["ps", "-eo", "rss,args"], capture_output=True, text=True).stdout.splitlines()
    return max((1024 * int(line.split()[0]) for line in lines if "--type=renderer" in line), default=0)


def sizes(site: Path) -> dict[str, int]:
    names = ("script.gz", "machine.gz", "standard.gz", "site.gz")
    found = {name.removesuffix(".gz"): (site / LOADED / name).stat().st_size for name in names}
    return found | {"editor": len(gzip.compress((site / LOADED / "page.js").read_bytes()))}


def main() -> None:
    site, repetitions = COURSE.root / "_build" / "html", int((sys.argv[1:] or ["3"])[0])
    found: dict = {"sizes": sizes(site), "first_view": first_view_added(site, page_of(SET))}
    with served(site) as address, chromium() as browser:
        for way, base in (("http", address), ("file", site.as_uri())):
            seen = [once(browser, base) for _ in range(repetitions)]
            found[way] = {name: statistics.median(each[name] for each in seen) for name in seen[0]}
            if not lacking():
                setup = (dict(cells_of(SET))["setup"], 60)
                ready = [in_firefox(base, [setup])["ready"] for _ in range(repetitions)]
                found[way]["ready_in_firefox"] = statistics.median(ready)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
