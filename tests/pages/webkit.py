"""A page of the built book in WebKitGTK, by Debian's driver for it, on a screen that nobody sees."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"
RUN = """const [cells, done] = arguments;
(async () => {
  document.querySelector(".in-page button").click();
  while (!document.querySelector(".in-page-bar")) await new Promise((next) => setTimeout(next, 5));
  const seen = [];
  for (const [source, seconds] of cells) {
    let shown = "";
    const output = (kind, text) => { shown += text; };
    seen.push({...await inPage.engine.run(source, {seconds, output}), shown});
  }
  done(seen);
})().catch((error) => done(String(error)));"""


def browser() -> Path | None:
    return next(iter(sorted(Path("/").glob(BROWSERS.lstrip("/")))), None)


def lacking() -> str:
    """What is not there that a visit needs; empty if nothing is missing."""
    return "" if shutil.which(DRIVER) and shutil.which(SCREEN) and browser() else "WebKitGTK's driver"


def in_webkit(page: str, cells: Sequence[tuple[str, float]]) -> list[dict]:
    """What a visitor of this page sees who runs these cells, each with its seconds."""
    with session() as ask:
        ask("POST", "/timeouts", {"script": 180_000})
        ask("POST", "/url", {"url": page})
        seen = ask("POST", "/execute/async", {"script": RUN, "args": [cells]})
    if isinstance(seen, str):
        raise RuntimeError(seen)
    return seen


@contextmanager
def session() -> Iterator[Any]:
    """Ends with the browser, its driver and its screen; gives the function that sends commands to it."""
    port, (reading, writing) = _free_port(), os.pipe()
    screen = subprocess.Popen(
        [SCREEN, "-displayfd", str(writing), "-screen", "0", "1280x900x24"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with open(reading, encoding="ascii") as line:
        shown = {"DISPLAY": f":{line.readline().strip()}", "LIBGL_ALWAYS_SOFTWARE": "1"}
    sandbox = {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}  # it needs user namespaces; the pages are our own
    driver = subprocess.Popen([DRIVER, f"--port={port}"], env={**os.environ, **shown, **sandbox})
    address = f"http://127.0.0.1:{port}/session"
    options = {"binary": str(browser()), "args": ["--automation"]}
    try:
        _wait_for(port)
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        own = f"{address}/{_send('POST', address, wanted)['sessionId']}"
        yield lambda method, path, body=None: _send(method, own + path, body)
        _send("DELETE", own)
    finally:
        for process in (driver, screen):
            process.terminate()
            process.wait()


def _send(method: str, address: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=200) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise RuntimeError(error.read().decode()) from None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _wait_for(port: int, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
