"""Let a page load no more than it shows, and stand still once it is shown.

* All style sheets are one, without the rules for classes that no page and no script names: two thirds of the theme's.
* Of the theme's three fonts of icons, 300 kB, the icons that are left are kept, in the style sheet itself.
* The theme's script for icons, 540 kB, and the search index are loaded by no page that is read.
* Scripts wait until the page is there; pictures until they are nearly in view. A picture's place has its size before.
"""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path
from posixpath import basename, dirname, join, normpath

import fonts
from sphinx.application import Sphinx

AFTER_ALL_OTHERS = 1000
UNUSED = re.compile(
    r"\s*<script [^>]*(?:fontawesome|searchtools|language_data|searchindex)\.js[^>]*></script>"
    r'|\s*<link rel="preload" as="script"[^>]*>'
)
SHEET = re.compile(r'\s*<link(?=[^>]* rel="stylesheet")[^>]* href="([^"?]*_static/)([^"?]+)[^"]*"[^>]*>')
URL = re.compile(r"url\((?!data:|[\"']?data:)[\"']?([^)\"']+)[\"']?\)")
IMPORT = re.compile(r'@import "([^"]+)";')
ALL = "all.css"
KEPT = (ALL, "katex.css")
SLIDES = "decks"
"""The folder of pages with style sheets of their own."""
NEEDED_AT_ONCE = "documentation_options.js"
IMAGE = re.compile(r'<img (?![^>]*\b(?:loading|width)=)([^>]*src="([^"]+)")')
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
NAME = re.compile(r"[\w-]+")
RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
IN_PARENTHESES = re.compile(r"\([^()]*\)")
CLASS = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
EMPTY_BLOCK = re.compile(r"@(?:media|supports)[^{}]*\{\s*\}")
ICONS = "fa-solid-900"
ICON_FACE = re.compile(r"@font-face\{[^}]*fontawesome/webfonts/(fa-[\w-]+)\.ttf[^}]*\}")
ESCAPED_ICON = re.compile(r'"\\(f[0-9a-f]{3})"')
ICON = re.compile("[\ue000-\uf8ff]")


def setup(app: Sphinx) -> dict[str, bool]:
    sheets: dict[str, None] = {}
    app.connect("html-page-context", partial(lighten, sheets), priority=AFTER_ALL_OTHERS)
    app.connect("build-finished", partial(join_styles, sheets), priority=AFTER_ALL_OTHERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def lighten(sheets: dict[str, None], app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    def light(head: str) -> str:
        found = SHEET.findall(head)
        sheets.update(dict.fromkeys(name for _, name in found))
        joined = f'\n<link rel="stylesheet" href="{found[0][0]}{ALL}" />' if found else ""
        return joined + SHEET.sub("", UNUSED.sub("", head))

    context["light"] = light
    for script in context.get("script_files", ()):
        if (name := getattr(script, "filename", None)) and NEEDED_AT_ONCE not in str(name):
            script.attributes.setdefault("defer", "defer")
    if "body" in context:
        sources = {name: source for source, name in app.builder.images.items()}
        context["body"] = IMAGE.sub(lambda image: hold_place(image, Path(app.srcdir), sources), context["body"])


def hold_place(image: re.Match, root: Path, sources: dict[str, str]) -> str:
    """The tag of a picture with its size, where that is known; it is fetched when a reader comes near."""
    source = root / sources.get(basename(image[2]), "")
    size = picture_size(source) if source.suffix == ".svg" else ""
    return f'<img loading="lazy" {size}{image[1]}'


def picture_size(file: Path) -> str:
    """The size of an SVG picture as attributes of its tag."""
    with file.open(encoding="utf-8") as opened:
        found = SIZE.search(opened.read(4000))
    return f'width="{float(found[1]):.0f}" height="{float(found[2]):.0f}" ' if found else ""


def join_styles(sheets: dict[str, None], app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    shown = [*fonts.pages(Path(app.outdir)), *static.rglob("*.js")]
    names = frozenset().union(*(NAME.findall(file.read_text("utf-8")) for file in shown))
    found = (file.relative_to(static) for file in static.rglob("*.css") if file.name not in KEPT)
    own = {file.as_posix() for file in found if file.parts[0] != SLIDES}
    taken: set[str] = set()
    texts = [from_above(static, name, taken) for name in (*sheets, *sorted(own)) if name not in taken]
    joined = "\n".join(used(text, names) for text in texts)
    icons = icons_in(joined)
    static.joinpath(ALL).write_text(ICON_FACE.sub(lambda face: with_icons(face, icons, static), joined), "utf-8")
    for name in own:
        (static / name).unlink()
    shutil.rmtree(static / "vendor" / "fontawesome", ignore_errors=True)
    for script in static.glob("scripts/fontawesome.js*"):
        script.unlink()


def from_above(static: Path, name: str, taken: set[str]) -> str:
    """A style sheet, with those that it imports, as it is where the folder of all of them is its own."""
    taken.add(name)

    def here(address: str) -> str:
        return normpath(join(dirname(name), address))

    styles = (static / name).read_text("utf-8").replace('@charset "UTF-8";', "")
    styles = URL.sub(lambda url: f"url({here(url[1])})", styles)
    return IMPORT.sub(lambda imported: from_above(static, here(imported[1]), taken), styles)


def used(styles: str, names: frozenset[str]) -> str:
    """The rules of a style sheet that can apply where no other classes than these are; and its notices of copyright."""

    def keep(rule: re.Match) -> str:
        selectors = COMMENT.sub("", rule[1])
        while IN_PARENTHESES.search(selectors):
            selectors = IN_PARENTHESES.sub("", selectors)
        needed = any(names.issuperset(CLASS.findall(selector)) for selector in selectors.split(","))
        return rule[0] if needed else "".join(COMMENT.findall(rule[1]))

    return EMPTY_BLOCK.sub("", RULE.sub(keep, styles))


def icons_in(styles: str) -> frozenset[str]:
    return frozenset({*ICON.findall(styles), *(chr(int(code, 16)) for code in ESCAPED_ICON.findall(styles))})


def with_icons(face: re.Match, icons: frozenset[str], static: Path) -> str:
    """A font of icons with these alone, in the style sheet itself; all that the site shows are in one of the three."""
    if face[1] != ICONS:
        return ""
    font = fonts.only(icons, static / "vendor" / "fontawesome" / "webfonts" / f"{ICONS}.ttf")
    return re.sub(r"src:[^}]*", lambda _: f"src:{fonts.embedded(font)}", face[0])
