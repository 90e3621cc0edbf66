"""The extension of Sphinx: what it adds to pages, and what it puts beside them. Its options stand in `in_page`."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from in_page.fetch import engine
from in_page.node import node
from in_page.payloads import NAMES, STARTUP, payloads, weight

HERE = Path(__file__).parent
BROWSER = HERE / "browser"
FOLDER = "in_page"
KINDS = ("cells", "notebook", "form")
BUTTONS = {"cells": "Run the code of this page here", "notebook": "Solve this here"}
OPTIONS = {"pages": {}, "packages": [], "leave_out": [], "data": {}, "imports": [], "startup": "", "buttons": {}}
AFTER_ALL_OTHERS = 2000
NEVER = r"(?!)"
MISSING = "Pages have no button that runs code: {reason}. To get it, type: rm .venv/ready; make setup"


@dataclass
class Made:
    """What this build adds to its pages; made before the first page is written."""

    files: dict[str, bytes]
    payloads: Path
    version: str
    megabytes: str


def setup(app: Sphinx) -> dict[str, bool]:
    for name, default in OPTIONS.items():
        app.add_config_value(f"in_page_{name}", default, "env")
    for name in ("check", "skip"):
        app.add_config_value(f"in_page_{name}", NEVER, "env")
    made: list[Made | None] = []
    app.connect("env-updated", partial(make, made))
    app.connect("html-page-context", partial(offer, made))
    app.connect("build-finished", partial(put_payloads, made), priority=AFTER_ALL_OTHERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def make(made: list[Made | None], app: Sphinx, env: object) -> None:
    made[:] = [None]
    if app.builder.format != "html" or not app.config.in_page_pages:
        return
    if reason := lacking():
        if os.environ.get("REQUIRE_ENGINE"):
            raise ExtensionError(MISSING.format(reason=reason))
        print(MISSING.format(reason=reason), file=sys.stderr)
        return
    if absent := [name for name in app.config.in_page_packages if not Path(app.srcdir, name).exists()]:
        print(f"Pages have no button that runs code: there is no {' and no '.join(absent)}", file=sys.stderr)
        return
    place = engine()
    assert place is not None
    folder = payloads(place, files_of_packages(app), imports(app))
    page = bundle(app, (place / "pyodide-lock.json").read_bytes())
    ready = with_version(folder, page)
    made[:] = [ready]
    put(ready, app)


def lacking() -> str:
    """What is not there that the button needs; empty if nothing is missing."""
    if node() is None:
        return "Node is not there"
    if not Path(node_packages(), "esbuild").is_dir():
        return "Node's packages for the editor are not there"
    if engine() is None:
        return "Python for the pages has not been fetched"
    return ""


def node_packages() -> Path:
    """Where Node's packages are; ``NODE_PATH`` names another place."""
    return Path(os.environ.get("NODE_PATH") or Path(sys.prefix, "lib", "node_modules"))


def files_of_packages(app: Sphinx) -> dict[str, bytes]:
    """What the page's Python holds of the site: by its path there."""
    files: dict[str, bytes] = dict(app.config.in_page_data)
    for name in app.config.in_page_packages:
        place = Path(app.srcdir, name)
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            path = file.relative_to(place.parent).as_posix()
            if not any(fnmatch(path, pattern) for pattern in app.config.in_page_leave_out):
                files[path] = file.read_bytes()
    if app.config.in_page_startup:
        files[STARTUP] = Path(app.srcdir, app.config.in_page_startup).read_bytes()
    return files


def imports(app: Sphinx) -> list[str]:
    """All modules of the packages, and those that the options name."""
    paths = [Path(path) for path in files_of_packages(app) if path.endswith(".py") and path != STARTUP]
    modules = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return [*modules, *app.config.in_page_imports]


def bundle(app: Sphinx, lock: bytes) -> bytes:
    """The script that is loaded after the click, with the site's settings at its head."""
    settings = {
        "check": app.config.in_page_check,
        "skip": app.config.in_page_skip,
        "lock": json.dumps({"info": json.loads(lock)["info"], "packages": {}}),
    }
    return f"Object.assign(inPage, {json.dumps(settings)});\n".encode() + built("page.js")


def built(name: str) -> bytes:
    """A script as browsers load it: with all that it imports, and short."""
    command = [str(node()), str(HERE / "build.cjs"), str(BROWSER / name)]
    done = subprocess.run(command, env={**os.environ, "NODE_PATH": str(node_packages())}, capture_output=True)
    if done.returncode:
        raise ExtensionError(f"{name} could not be built:\n{done.stderr.decode()[-2000:]}")
    return done.stdout


def with_version(folder: Path, page: bytes) -> Made:
    loaded = weight(folder) + len(gzip.compress(page, mtime=0))
    files = {"page.js": page, "offer.js": built("offer.js"), "offer.css": (BROWSER / "offer.css").read_bytes()}
    return Made(files, folder, sha256(folder.name.encode() + page).hexdigest()[:8], f"{loaded / 1e6:.0f}")


def kind_of(app: Sphinx, page: str) -> str:
    """The kind of a page, "" if it has nothing to run."""
    kind = next((kind for pattern, kind in app.config.in_page_pages.items() if fnmatch(page, pattern)), "")
    if kind and kind not in KINDS:
        raise ExtensionError(f"in_page_pages: {kind!r} is no kind of page; there are: {', '.join(KINDS)}")
    return kind


def offer(
    made: list[Made | None], app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document
) -> None:
    kind, files = kind_of(app, page), made[0] if made else None
    if not kind or doctree is None or files is None or not (kind == "form" or has_code(app, doctree)):
        return
    label = {**BUTTONS, **app.config.in_page_buttons}.get(kind, "")
    words = f"Python runs in this page, loaded once: {files.megabytes} MB. Nothing leaves your computer."
    root = context["pathto"]("", resource=True) or "./"
    attributes = {"kind": kind, "root": root, "version": files.version, "label": label, "words": words}
    if kind == "notebook":
        attributes["notebook"] = f"{page.replace('/', '-')}.js"
    app.add_css_file(f"{FOLDER}/offer.css")
    marked = {f"data-{name}": value for name, value in attributes.items()}
    app.add_js_file(f"{FOLDER}/offer.js", loading_method="defer", **marked)


def has_code(app: Sphinx, doctree: nodes.document) -> bool:
    """Whether the page shows a cell that can be run."""
    skip = re.compile(app.config.in_page_skip)
    cells = [cell for cell in doctree.findall(nodes.container) if cell.get("nb_element") == "cell_code_source"]
    return any(not skip.search(cell.astext()) for cell in cells)


def put(made: Made, app: Sphinx) -> None:
    """Put what pages load into the site, and the notebooks of its pages."""
    target = Path(app.outdir, "_static", FOLDER)
    target.mkdir(parents=True, exist_ok=True)
    for name, data in made.files.items():
        (target / name).write_bytes(data)
    for page in app.env.found_docs:
        if kind_of(app, page) == "notebook":
            source = Path(app.env.doc2path(page))
            content = {"file": source.name, "notebook": json.loads(source.read_text("utf-8"))}
            text = f"inPage.take({json.dumps(content, ensure_ascii=False)});\n"
            (target / f"{page.replace('/', '-')}.js").write_text(text, "utf-8")


def put_payloads(made: list[Made | None], app: Sphinx, error: Exception | None) -> None:
    """After all that looks through the scripts of a site: these are large, and say nothing to anybody."""
    if error is None and made and made[0]:
        for name in NAMES:
            for ending in ("gz", "js"):
                file = f"{name}.{ending}"
                shutil.copyfile(made[0].payloads / file, Path(app.outdir, "_static", FOLDER, file))
