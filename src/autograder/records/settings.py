"""What ``course.toml`` says of a course, read and tried."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from autograder.sandbox.limits import Limits

SETTINGS = "course.toml"


@dataclass(frozen=True)
class Key:
    """What a setting must be, in words and as a test."""

    what: str
    holds: Callable[[Any], bool]


TEXT = Key("a text in quotes, which is not empty", lambda value: isinstance(value, str) and bool(value.strip()))
NAMES = Key(
    'a list of texts, such as ["numpy"]',
    lambda value: isinstance(value, list) and all(isinstance(each, str) and each for each in value),
)
TABLE = Key("a table: a line [limits], and below it lines such as call = 5", lambda value: isinstance(value, dict))
KEYS = {"title": TEXT, "text": TEXT, "checks": TEXT, "sets": NAMES, "libraries": NAMES, "limits": TABLE}


def read(file: Path) -> dict[str, Any]:
    """What the file says; ValueError, with what to do, if it cannot be read or says what is not known."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ValueError(f"{SETTINGS} cannot be read: it is not in UTF-8; save it so") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{SETTINGS} cannot be read: {error}. Mend that line; texts stand in quotes") from None
    for name, value in found.items():
        if name not in KEYS:
            near = get_close_matches(name, KEYS, 1)
            meant = f"did you mean {near[0]}?" if near else f"known are {', '.join(KEYS)}."
            raise ValueError(f"{SETTINGS} says {name}, which is not known: {meant}")
        if not KEYS[name].holds(value):
            raise ValueError(f"{SETTINGS}: {name} must be {KEYS[name].what}, and is {value!r}")
    settings = {"text": "sets", "checks": "hidden", **found}
    limits_of(settings.get("limits", {}))
    if not Path(settings["checks"]).name.isidentifier():
        raise ValueError(
            f"{SETTINGS}: checks names a folder that is a package of Python, so {settings['checks']!r} cannot be "
            "its name: letters, digits and _ can"
        )
    if twice := [name for name, times in Counter(settings.get("sets", ())).items() if times > 1]:
        raise ValueError(f"{SETTINGS}: sets holds {twice[0]} twice; leave one out")
    return settings


def limits_of(said: Mapping[str, Any]) -> Limits:
    """The usual limits, with those that are ``said``; ValueError for one that there is not, or that is no number."""
    known: dict[str, Callable[[float], Any]] = {
        each.name: type(getattr(Limits(), each.name)) for each in fields(Limits)
    }
    for name, value in said.items():
        if name in KEYS:
            raise ValueError(f"{SETTINGS}: {name} is no limit, so it must stand above the line [limits]")
        if name not in known:
            raise ValueError(f"{SETTINGS}: there is no limit {name}; there are: {', '.join(known)}")
        number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
        if not number or known[name](value) <= 0:
            raise ValueError(f"{SETTINGS}: the limit {name} must be a number above 0, and is {value!r}")
    return Limits(**{name: known[name](value) for name, value in said.items()})
