"""Make the built site self-contained.

* MathJax is copied from the pinned sphinx-mathjax-offline package into ``_static/mathjax``: the part that these pages
  can load, about 2 MB of 24. It is copied rather than added to ``html_static_path``, because Jupyter Book loads every
  script of that path.
* sphinx-thebe, which Jupyter Book always loads and which runs cells on a server, is switched off.
* The theme's script for icons, 540 kB compressed, is taken out: the theme shows the same icons from its font.
"""

from __future__ import annotations

import re
from importlib.metadata import files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.fileutil import copy_asset

MATHJAX_PARTS = ("tex-mml-chtml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2")
ICON_SCRIPT = re.compile(r"<script [^>]*/fontawesome\.js[^>]*></script>")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", switch_off_thebe)
    app.connect("config-inited", serve_mathjax_from_the_site)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", drop_icon_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def serve_mathjax_from_the_site(app: Sphinx, config: Config) -> None:
    config.mathjax_path = f"mathjax/{MATHJAX_PARTS[0]}"


def switch_off_thebe(app: Sphinx, config: Config) -> None:
    for listeners in list(app.events.listeners.values()):
        for listener in list(listeners):
            if listener.handler.__module__.startswith("sphinx_thebe"):
                app.disconnect(listener.id)
    app.registry.css_files[:] = [file for file in app.registry.css_files if "thebe" not in file[0]]


def copy_mathjax(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        source, target = _mathjax_folder(), Path(app.outdir, "_static", "mathjax")
        for part in MATHJAX_PARTS:
            into = target / part if (source / part).is_dir() else (target / part).parent
            copy_asset(source / part, into)


def drop_icon_script(app: Sphinx, error: Exception | None) -> None:
    """The theme's templates write its tag out, so that it can only be taken out of the finished pages."""
    if error is None and app.builder.format == "html":
        for page in Path(app.outdir).rglob("*.html"):
            text = page.read_text("utf-8")
            if (without := ICON_SCRIPT.sub("", text)) != text:
                page.write_text(without, "utf-8")
        Path(app.outdir, "_static", "scripts", "fontawesome.js").unlink(missing_ok=True)


def _mathjax_folder() -> Path:
    for file in files("sphinx-mathjax-offline") or ():
        if file.name == MATHJAX_PARTS[0]:
            return Path(str(file.locate())).parent
    raise FileNotFoundError(f"{MATHJAX_PARTS[0]} is not in the installed sphinx-mathjax-offline package")
