"""Keep scripts and style sheets off the pages that do not need them."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config


def keep_off_other_pages(app: Sphinx, folder: str) -> None:
    """What lies in this folder, "figures/", comes into a page by `Sphinx.add_js_file` and the like alone.

    Jupyter Book puts every script and style sheet under ``html_static_path`` into every page.
    """

    def leave_out(app: Sphinx, config: Config) -> None:
        for files in (config.html_js_files, config.html_css_files):
            files[:] = [file for file in files if not str(file).startswith(folder)]

    app.connect("config-inited", leave_out)
