"""Make what a page loads after the click: the engine, cut down to what is imported, and the packages of the site.

Four payloads, each compressed once as it is fetched from a server, and once as a script for pages opened from a folder,
where a browser fetches nothing else. What was made is kept beside the engine, under a hash of all that went into it.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from in_page.fetch import cache_folder, pinned
from in_page.node import node

HERE = Path(__file__).parent
PROGRAM = ("trim.mjs", "trim.py", "worker.js", "session.py", "payloads.py")
NAMES = ("script", "machine", "standard", "site")
"""The worker's script, the compiled interpreter, the standard library, and NumPy with the site's packages."""
KEPT = 8
"""How many are kept: one for each state of the packages that was built of late."""
STARTUP = "startup.py"
METADATA = ("METADATA", "LICENSE.txt")


def payloads(engine: Path, files: Mapping[str, bytes], imports: Sequence[str]) -> Path:
    """A folder with ``<name>.gz`` and ``<name>.js`` for each of `NAMES`.

    files
        what lies beside NumPy, by its path; sources of Python that are imported are compiled.
    imports
        modules that must be there; what they import comes along, nothing else.
    """
    place = cache_folder() / "payloads" / _hash(engine, files, imports)
    if place.is_dir():
        place.touch()
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix="making-") as scratch:
        made = Path(scratch, "made")
        made.mkdir()
        for name, data in _parts(engine, files, imports, Path(scratch)).items():
            packed = gzip.compress(data, 9, mtime=0)
            (made / f"{name}.gz").write_bytes(packed)
            text = base64.b64encode(packed).decode()
            (made / f"{name}.js").write_text(f'inPage.deliver("{name}", "{text}");\n')
        try:
            made.rename(place)
        except OSError:  # somebody else was faster
            if not place.is_dir():
                raise
    _tidy(place.parent)
    return place


def unpacked(folder: Path) -> dict[str, bytes]:
    """All files in the payloads of a folder, by payload and path: what a reader could find there."""
    found: dict[str, bytes] = {}
    for name in NAMES:
        data = gzip.decompress((folder / f"{name}.gz").read_bytes())
        if not zipfile.is_zipfile(io.BytesIO(data)):
            found[name] = data
            continue
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found |= {f"{name}/{each}": archive.read(each) for each in archive.namelist()}
    return found


def weight(folder: Path) -> int:
    """The bytes that are loaded after the click, compressed."""
    return sum((folder / f"{name}.gz").stat().st_size for name in NAMES)


def _hash(engine: Path, files: Mapping[str, bytes], imports: Sequence[str]) -> str:
    total = hashlib.sha256(engine.name.encode())
    for name, data in sorted({**{name: (HERE / name).read_bytes() for name in PROGRAM}, **files}.items()):
        total.update(f"{name}\0{len(data)}\0".encode() + data)
    total.update("\0".join(imports).encode())
    return total.hexdigest()[:16]


def _parts(engine: Path, files: Mapping[str, bytes], imports: Sequence[str], scratch: Path) -> dict[str, bytes]:
    files = {**files, "session.py": (HERE / "session.py").read_bytes()}
    found = _trimmed(engine, files, imports, scratch)
    wheel = zipfile.ZipFile(engine / pinned()["numpy"]["wheel"])
    site = {name: data for name, data in files.items() if not name.endswith(".py") or name == STARTUP}
    site |= {name: wheel.read(name) for name in wheel.namelist() if name.endswith(METADATA)}
    site |= found["site"]
    library = (engine / "pyodide.js").read_bytes().replace(b"//# sourceMappingURL=pyodide.js.map", b"")
    script = b"\n".join([(engine / "pyodide.asm.js").read_bytes(), library, (HERE / "worker.js").read_bytes()])
    return {
        "script": script,
        "machine": (engine / "pyodide.asm.wasm").read_bytes(),
        "standard": _zip(found["standard"]),
        "site": _zip(site),
    }


def _trimmed(
    engine: Path, files: Mapping[str, bytes], imports: Sequence[str], scratch: Path
) -> dict[str, dict[str, bytes]]:
    plan = {
        "engine": str(engine),
        "wheel": pinned()["numpy"]["wheel"],
        "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
        "imports": [*imports, "session"],
    }
    (scratch / "plan.json").write_text(json.dumps(plan))
    command = [str(node()), str(HERE / "trim.mjs"), str(scratch / "plan.json"), str(scratch / "found.json")]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"what the pages need cannot be imported in their Python:\n{done.stderr[-2000:]}")
    found = json.loads((scratch / "found.json").read_text())
    return {kind: {name: base64.b64decode(data) for name, data in each.items()} for kind, each in found.items()}


def _zip(files: Mapping[str, bytes]) -> bytes:
    """Stored, not compressed: the whole is compressed better afterwards, and unpacked faster."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


def _tidy(folder: Path) -> None:
    known = sorted((each for each in folder.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for old in known[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
