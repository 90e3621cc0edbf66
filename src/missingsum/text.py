"""Text for people: sentences that begin with a capital letter, and what other people's code says, made harmless."""

from __future__ import annotations

import re

LONGEST = 600
"""Characters of one message of a student's code that are shown."""

CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, overrides of the writing direction, halves of characters and what is no character."""


def sentence(text: str) -> str:
    """``text`` with a capital first letter, unless it begins with a symbol or the name of a function."""
    return text[:1].upper() + text[1:] if re.match(r"a |[a-z]{2,}\b(?![_(.])", text) else text


def visible(text: str) -> str:
    """The text without control characters, and not too long."""
    text = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"
