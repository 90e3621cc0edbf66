"""What is said of a function in plain text says all that the feedback page says."""

from __future__ import annotations

import pytest

from autograder.checking.protocol import Outcome
from autograder.judging.following import Following
from autograder.judging.result import CheckResult, ProblemResult
from autograder.platforms.hosted.words import in_words
from missingsum.where.place import Place, Spot

RIGHT = CheckResult("shape", 1)
WRONG = CheckResult("values", 2, Outcome.WRONG, "entry 0 is 1; it should be 2.")


def test_each_check_has_its_points_and_what_was_seen_once():
    again = CheckResult("more values", 1, Outcome.WRONG, WRONG.message)
    said = in_words(ProblemResult("f", (RIGHT, WRONG, again)), None).splitlines()
    assert said[:5] == [
        "✓ Shape (1 of 1 point)",
        "✗ Values (0 of 2 points)",
        "    Entry 0 is 1; it should be 2.",
        "✗ More values (0 of 1 point)",
        "    For the same reason.",
    ]


def test_what_nothing_explains_is_said_to_be_so():
    assert "none of the mistakes known" in in_words(ProblemResult("f", (WRONG,)), None)
    assert "→" not in in_words(ProblemResult("f", (RIGHT,)), None)


def test_a_mistake_is_named_with_its_section_and_the_books_address():
    found = ProblemResult("f", (CheckResult("values", 2, Outcome.WRONG, "no.", ("missing-sum",)), WRONG))
    said = in_words(found, "https://example.org/book/")
    assert "→ You kept only the diagonal" in said and "https://example.org/book/chapters/03_missing_sum.html#" in said
    assert "Not explained yet: values." in said and "https" not in in_words(found, None)


@pytest.mark.parametrize(
    ("alone", "words"),
    [
        (None, "which are not right either, and its answer may be wrong for that reason alone. Mend those first."),
        (True, "which are not right. With those mended it passes all its checks: mend those alone."),
        (False, "which are not right either. But with those mended it does not pass its checks: look here, too."),
    ],
)
def test_what_follows_from_another_function_or_may_is_said_instead_of_a_riddle(alone, words):
    said = in_words(ProblemResult("f", (WRONG,)), None, Following(("g", "h"), alone))
    assert f"→ It calls g and h, {words}" in said and "none of the mistakes known" not in said


def test_the_place_stands_at_the_end():
    place = Place((Spot(2, "s * g", "return s * g"),), ("sign",))
    said = in_words(ProblemResult("f", (WRONG,), place=place), None)
    assert said.endswith("→ Look at line 2: s * g in return s * g.")


def test_control_characters_are_spelled_out_and_a_long_text_is_cut():
    loud = CheckResult("values", 2, Outcome.RAISED, "it raises \x1b[31m" + "x" * 100_000)
    said = in_words(ProblemResult("f", (loud,)), None, longest=1000)
    assert "\x1b" not in said and len(said) < 1100 and said.endswith("(the rest is left out)")
