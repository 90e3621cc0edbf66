"""Whether a failure follows from that of another function: is it right beside the other, mended?

Mended are the functions of which the search for places found a repair that their checks accept. It is made of the
student's own text, so that no right answer enters the sandbox here either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from missingsum.where.source import NotSearched, Source

Programs = Mapping[str, Sequence[str]]
"""Text that mends functions → the names that it defines."""


def called(text: str, name: str, among: Collection[str]) -> tuple[str, ...]:
    """Which of these functions the one called ``name`` calls in the text of its cell; none if that cannot be read."""
    try:
        others = Source(text, name).others
    except NotSearched:
        return ()
    return tuple(other for other in among if other in others and other != name)


def measured(
    wrong: Mapping[str, str], mended: Mapping[str, Programs], passes: Callable[[str, Programs], bool | None]
) -> dict[str, tuple[str, ...]]:
    """Of functions that call wrong ones: those that it follows from, or () if it is wrong beside them, too.

    ``wrong`` has the text of each wrong function's cell. ``passes`` says whether a function is right beside programs,
    or None if that is not known. What is not known, or calls something that is not mended, is left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    right: dict[str, Programs] = dict(mended)
    waiting = {name: guilty for name, text in wrong.items() if (guilty := called(text, name, list(wrong)))}
    while ready := [name for name, guilty in waiting.items() if right.keys() >= set(guilty)]:
        for name in ready:
            guilty = waiting.pop(name)
            programs = {text: names for other in guilty for text, names in right[other].items()}
            if (is_right := passes(name, programs)) is not None:
                found[name] = guilty if is_right else ()
            if is_right:
                right[name] = programs
    return found
