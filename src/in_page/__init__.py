"""Run Python in the pages of a Sphinx site: a button on pages with code, and nothing that a reader has to install.

    extensions = ["in_page"]
    in_page_pages = {"exercises/*": "notebook", "chapters/*": "cells"}
    in_page_packages = ["src/mypackage"]

in_page_pages
    which pages have the button, by a pattern of their names: on one of "cells" each code cell can be changed and run;
    one that was made from a "notebook" for nbgrader has editors and fields for its answers, and checks; on a "form" a
    script of the site's own finds ``inPage.load()``, and no button is added. The first pattern that fits counts.
in_page_packages
    folders of Python packages, and modules, that pages may import, relative to the source directory;
    ``in_page_leave_out`` has patterns of files that stay out.
in_page_data
    more files for the page's Python: from the path that it has there to its bytes. Set by other extensions.
in_page_imports
    modules that must be there beside these packages: of NumPy and the standard library only what is imported is loaded.
in_page_startup
    a file of Python that is run once when Python starts, with ``site``, the address of the site.
in_page_check
    an expression that finds the cells of a notebook that check the answer above.
in_page_skip
    an expression that finds the cells of a page that are left as they are.
in_page_buttons
    the words of the button, by the kind of page.

Nothing is loaded before the click; without JavaScript, pages are what they would be without this. Where the engine is
not there (`fetch`) or the editor cannot be built, the site is built without the button, and one line says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    from in_page import extension  # Sphinx is not there yet when the engine is fetched

    return extension.setup(app)
