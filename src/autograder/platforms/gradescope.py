"""Gradescope.

Its export of submissions has a folder ``submission_<number>`` for each, and beside them ``submission_metadata.yml``,
which alone says who handed them in and when. Several may have handed one in together. The list may be in several parts,
each after a line of three dots. (Seen in public exports.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from autograder.platforms.platform import Platform, Worksheet
from autograder.records.moments import read_moment
from autograder.records.roster import Roster
from autograder.text import printable

LARGEST = 20_000_000
"""Bytes of the list; it holds what Gradescope's own autograder said of each, too."""


class Gradescope(Platform):
    name = "Gradescope"
    patterns = (r"(?P<name>submission)_(?P<number>\d+)/(?P<file_id>.+)",)
    nobody = ("", "submission")
    list_inside = "submission_metadata.yml"
    tells_apart = "leave one of them, or collect each by itself with --student"

    def read_list_inside(self, content: bytes, roster: Roster) -> Worksheet:
        if len(content) > LARGEST:
            raise ValueError(f"{self.list_inside} has more than {LARGEST / 1e6:g} MB")
        entries = self._entries(content)
        people, times = {}, {}
        for folder, entry in entries.items():
            number = folder.removeprefix("submission_")
            submitters = [dict(_items(person)) for person in dict(_items(entry)).get("submitters") or ()]
            if len(submitters) == 1 and (student := _student(submitters[0], roster)):
                people[number] = student
            if time := _time(dict(_items(entry)).get("created_at")):
                times[number] = time
        return Worksheet(self, people, times)

    def _entries(self, content: bytes) -> dict[str, Any]:
        """What the list says of each folder, from all its parts."""
        try:
            texts = re.split(rb"^\.\.\.\s*$", content, flags=re.MULTILINE)
            parts = [yaml.load(text, _Plain) for text in texts if text.strip()]
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise ValueError(f"{self.list_inside} cannot be read ({str(error).splitlines()[0]})") from None
        entries: dict[str, Any] = {}
        for part in parts:
            if not isinstance(part, Mapping):
                raise ValueError(f"{self.list_inside} is no list of submissions: export them again")
            for folder, entry in _items(part):
                if folder in entries:
                    raise ValueError(f"{self.list_inside} names {printable(folder)} twice: export them again")
                entries[folder] = entry
        return entries


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads texts, lists and tables alone; what Ruby says of their classes is passed over."""


def _untagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


_Plain.add_multi_constructor("!", _untagged)
for _kind in ("int", "float", "bool", "timestamp", "null"):  # an id of 007 must stay 007
    _Plain.add_constructor(f"tag:yaml.org,2002:{_kind}", lambda loader, node: node.value)


def _items(table: object) -> Iterator[tuple[str, Any]]:
    """The entries of a table by their names, which Ruby writes with a colon in front."""
    if isinstance(table, Mapping):
        yield from ((str(name).removeprefix(":"), value) for name, value in table.items())


def _student(said: Mapping[str, str], roster: Roster) -> str:
    """The id of who handed something in, as on the roster if it knows number, address or name; "" if nothing fits."""
    sure = [value for field in ("sid", "email") if isinstance(value := said.get(field), str) and value]
    name = said.get("name")
    try:
        found = next(filter(None, map(roster.find, sure)), None)
        if not found and isinstance(name, str):
            found = roster.find_named(name)
    except ValueError:
        return ""
    return found.id if found else next(iter(sure), "")


def _time(said: object) -> datetime | None:
    try:
        return read_moment(said, UTC) if isinstance(said, str) else None
    except ValueError:
        return None
