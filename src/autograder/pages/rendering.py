"""What the pages for people share: the look, the content policy, and the way other people's text is made harmless.

Every value that a template prints passes through `visible` and is then escaped, so that no template can forget it.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.text import (
    duration,
    moment,
    number,
    one_line,
    percent,
    points,
    title,
    visible,
    words,
)
from missingsum.slips import UNEXPLAINED, Slip
from missingsum.text import sentence


def render(template: str, **values: Any) -> str:
    """The page that ``template`` makes of ``values``; the same values always give the same text."""
    return _environment().get_template(template).render(**values)


def relative(path: str) -> str:
    """The address of the file at ``path``, seen from this page.

    Whatever it holds, ``javascript:…`` for instance, it stays a path.
    """
    return "./" + quote(path.lstrip("/"), errors="replace")


def section_link(slip: Slip, book: str | None) -> str | None:
    """Where the book under the base address ``book`` explains ``slip``."""
    if not slip.section:
        return slip.link or None
    return None if book is None else book + slip.page


def breakable(name: str) -> Markup:
    """The name of a function, which may be broken after an underscore where a column is narrow."""
    return Markup("_<wbr>").join(escape(part) for part in visible(name).split("_"))


@cache
def script(name: str) -> Markup:
    """A script of our own, to stand in a page."""
    return Markup(_environment().get_template(name).render())


def script_hash(name: str) -> str:
    """By which the policy of a page lets this script run, and no other."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script(name).encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.pages"),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        one_line=one_line,
        relative=relative,
        words=words,
        breakable=breakable,
        sentence=sentence,
        number=number,
        points=points,
        percent=percent,
        duration=duration,
        moment=moment,
        title_of=title,
    )
    environment.globals.update(UNEXPLAINED=UNEXPLAINED, script=script, script_hash=script_hash)
    return environment
