"""What a site needs once it is public: a beginning, a sitemap, a card, a page for wrong addresses, links to its source.

The book as one PDF is linked from each page, once ``make pdf`` has made it.

``html.baseurl`` and ``repository.url`` in ``_config.yml`` may both be empty. Without an address there is no sitemap and
no card; without a repository there are no buttons that lead to it.
"""

from __future__ import annotations

import shutil
from html import escape
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from missingsum import __version__

PAPER = "missing-sum.pdf"
CARD = "_static/social-card.png"
ICON = "_static/favicon.svg"
BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")
BEGINNING = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<link rel="icon" href="{icon}">
<meta http-equiv="refresh" content="0; url={first}">
<p><a href="{first}">{title}</a></p>
</html>
"""
NOT_FOUND = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>No such page – {title}</title>
{base}
<link rel="icon" href="{icon}">
<style>
  :root {{ color-scheme: light dark; }}
  body {{ font: 1.1rem/1.6 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem;
         color: light-dark(#111, #eee); background: light-dark(#fff, #121212); }}
  a {{ color: light-dark(#0059a0, #7cc4f5); }}
</style>
<main>
<h1>This term is missing from the sum</h1>
<p>There is no page at this address. It may have been renamed.</p>
<p><a href="index.html">The beginning</a> · <a href="search.html">Search</a></p>
</main>
</html>
"""

KNOWN_BASE = '<base href="{address}">'
FOUND_BASE = """<script>
  // The address that is wrong may be one of any depth: the site begins before the first of its own folders.
  const base = document.createElement("base");
  base.href = location.pathname.replace(/(?:(?:{folders})\\/.*|[^/]*)$/, "");
  document.head.append(base);
</script>"""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", add_buttons_to_repository)
    app.add_config_value("paper", "", "html")
    app.connect("config-inited", state_version)
    app.connect("config-inited", look_for_paper)
    app.connect("html-page-context", link_to_paper)
    app.connect("html-page-context", describe_card)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_buttons_to_repository(app: Sphinx, config: Config) -> None:
    options = config.html_theme_options
    options.update(dict.fromkeys(BUTTONS, bool(options.get("repository_url"))))


def state_version(app: Sphinx, config: Config) -> None:
    """The version of the packages, which is that of the site, where the footer asks for it."""
    options = config.html_theme_options
    options["extra_footer"] = options.get("extra_footer", "").replace("{version}", __version__)


def look_for_paper(app: Sphinx, config: Config) -> None:
    """All pages are written again where the PDF has come or gone since they were."""
    config.paper = PAPER if Path(app.srcdir, "_build", PAPER).exists() else ""


def link_to_paper(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    if paper := app.config.paper:
        link = f'<p><a href="{context["pathto"](paper, resource=True)}">The whole book as a PDF</a></p>'
        context["theme_extra_footer"] = context.get("theme_extra_footer", "") + link


def describe_card(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    if address := app.config.html_baseurl:
        properties = {
            "title": context.get("title") or app.config.project,
            "type": "article",
            "site_name": app.config.project,
            "url": f"{_folder(address)}{page}.html",
            "image": _folder(address) + CARD,
        }
        tags = "".join(f'<meta property="og:{name}" content="{escape(value)}">\n' for name, value in properties.items())
        context["metatags"] = (
            context.get("metatags", "") + tags + '<meta name="twitter:card" content="summary_large_image">\n'
        )


def write_files(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    out, address = Path(app.outdir), app.config.html_baseurl
    title = escape(app.config.html_title or app.config.project)
    out.joinpath("index.html").write_text(
        BEGINNING.format(title=title, icon=ICON, first=f"{app.config.root_doc}.html"), "utf-8"
    )
    folders = "|".join(sorted({name.partition("/")[0] for name in app.env.found_docs if "/" in name}))
    base = KNOWN_BASE.format(address=_folder(address)) if address else FOUND_BASE.format(folders=folders)
    out.joinpath("404.html").write_text(NOT_FOUND.format(title=title, icon=ICON, base=base), "utf-8")
    if app.config.paper:
        shutil.copy(Path(app.srcdir, "_build", PAPER), out)
    if address:
        out.joinpath("sitemap.xml").write_text(sitemap(_folder(address), sorted(app.env.found_docs)), "utf-8")
        draw_card(out / CARD, app.config.project)


def sitemap(address: str, pages: list[str]) -> str:
    """The pages in the form of sitemaps.org."""
    entries = "".join(f"  <url><loc>{escape(address + page)}.html</loc></url>\n" for page in pages)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def draw_card(target: Path, title: str) -> None:
    """1200 by 630 pixels: the title, and the sum of the title with the part that gets lost."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#10222e")
    cm = {"math_fontfamily": "cm"}
    figure.text(0.5, 0.72, title, size=54, color="white", weight="bold", ha="center", va="center")
    figure.text(
        0.47,
        0.42,
        r"$\frac{\partial L}{\partial z_j} = g_j\, J_{jj}$",
        size=44,
        color="#63b8ec",
        ha="right",
        va="baseline",
        **cm,
    )
    figure.text(
        0.47, 0.42, r"$\;+\;\sum_{i \ne j}\, g_i\, J_{ij}$", size=44, color="#f2955a", ha="left", va="baseline", **cm
    )
    figure.text(
        0.5,
        0.14,
        "backpropagation through softmax and cross-entropy",
        size=24,
        color="#c9d6de",
        ha="center",
        va="center",
    )
    figure.savefig(target, metadata={"Software": None})


def _folder(address: str) -> str:
    return address.rstrip("/") + "/"
