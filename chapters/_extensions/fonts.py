"""Fonts with no more glyphs than the site shows: a tenth of what they weigh."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from fontTools import subset

logging.getLogger("fontTools").setLevel(logging.ERROR)  # it remarks on dates before 1970


def pages(site: Path) -> Iterator[Path]:
    """The pages of the built site."""
    return (page for page in sorted(site.rglob("*.html")) if "_static" not in page.relative_to(site).parts)


def only(characters: frozenset[str], font: Path) -> bytes:
    """The font with the glyphs of these characters, as WOFF; the same bytes at each build."""
    options = subset.Options(flavor="woff", hinting=False, layout_features=["*"], recalc_timestamp=False)
    smaller = subset.load_font(str(font), options)
    worker = subset.Subsetter(options)
    worker.populate(text="".join(sorted(characters)))
    worker.subset(smaller)
    written = BytesIO()
    subset.save_font(smaller, written, options)
    return written.getvalue()


def embedded(font: bytes) -> str:
    """A font as the ``src`` of a style sheet, so that it is there when the page is first drawn."""
    return f'url(data:font/woff;base64,{b64encode(font).decode()}) format("woff")'
