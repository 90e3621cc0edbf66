"""Make the built site self-contained.

* Where formulas are not typeset when the site is built (`formulas`), MathJax is copied from the pinned
  sphinx-mathjax-offline package into ``_static/mathjax``: the part that these pages can load, about 2 MB of 24. It is
  copied rather than added to ``html_static_path``, because Jupyter Book loads every script of that path.
* sphinx-thebe, which Jupyter Book always loads and which runs cells on a server, is switched off.
"""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.fileutil import copy_asset

MATHJAX_PARTS = ("tex-mml-chtml.js", "input/tex/extensions", "output/chtml/fonts/woff-v2")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", switch_off_thebe)
    app.connect("config-inited", serve_mathjax_from_the_site)
    app.connect("build-finished", copy_mathjax)
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
    if error is None and app.builder.format == "html" and app.config.html_math_renderer == "mathjax":
        source, target = _mathjax_folder(), Path(app.outdir, "_static", "mathjax")
        for part in MATHJAX_PARTS:
            into = target / part if (source / part).is_dir() else (target / part).parent
            copy_asset(source / part, into)


def _mathjax_folder() -> Path:
    for file in files("sphinx-mathjax-offline") or ():
        if file.name == MATHJAX_PARTS[0]:
            return Path(str(file.locate())).parent
    raise FileNotFoundError(f"{MATHJAX_PARTS[0]} is not in the installed sphinx-mathjax-offline package")
