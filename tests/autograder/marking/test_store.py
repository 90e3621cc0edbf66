"""Marks follow the rubric, into nbgrader's gradebook; formgrader's scores stand, and two graders lose nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.marking.store import Conflict, Store
from autograder.records.gradebook import Recorder

from ..notebooks import ASSIGNMENT as PS
from .conftest import STUDENTS, WRITTEN, hand_in


@pytest.fixture
def recorder(folder):
    with Recorder(folder.database) as recorder:
        yield recorder


@pytest.fixture
def store(recorder) -> Store:
    return Store(recorder, PS, "kim")


def mark_of(store, student="ada"):
    return store.marks(WRITTEN, [student])[student]


@pytest.fixture
def right(store) -> int:
    return store.items(WRITTEN)[0].id


def test_a_rubric_item_gives_its_points_and_its_text(store, right, formgrader):
    assert formgrader.given("ada") == (None, None, True)
    store.toggle(WRITTEN, "ada", right, True)
    assert formgrader.given("ada") == (4, "Right and complete.", False)
    store.toggle(WRITTEN, "ada", right, True)
    store.comment(WRITTEN, "ada", "Nice picture.", before="")
    assert formgrader.given("ada") == (4, "Right and complete.\nNice picture.", False)
    store.toggle(WRITTEN, "ada", right, False)
    assert formgrader.given("ada") == (None, "Nice picture.", True)
    assert formgrader.given("ben") == (None, None, True)


def test_points_add_up_between_nothing_and_what_the_question_counts(store, right, formgrader):
    less, more = store.add(WRITTEN, "No index.", -5.5), store.add(WRITTEN, "An example.", 20)
    store.toggle(WRITTEN, "ada", right, True)
    store.toggle(WRITTEN, "ada", less, True)
    assert formgrader.given("ada")[0] == 0
    store.toggle(WRITTEN, "ada", more, True)
    assert formgrader.given("ada")[0] == 4


def test_changing_points_recalculates_all_who_have_the_item_and_nobody_else(store, right, formgrader):
    partly = store.add(WRITTEN, "Only the diagonal.", 2)
    for student in ("ada", "eve"):
        store.toggle(WRITTEN, student, partly, True)
    store.toggle(WRITTEN, "ben", right, True)
    assert store.change(WRITTEN, partly, points=1.5, text="The diagonal alone.") == 2
    assert [formgrader.given(s)[0] for s in STUDENTS] == [1.5, 4, 1.5]
    assert formgrader.given("ada")[1] == "The diagonal alone."
    store.change(WRITTEN, partly, removed=True)
    assert formgrader.given("ada") == (None, None, True)
    store.undo()
    assert formgrader.given("ada") == (1.5, "The diagonal alone.", False)


def test_a_score_given_in_formgrader_beats_a_recalculated_rubric_and_is_not_marked_over(store, right, formgrader):
    for student in ("ada", "ben"):
        store.toggle(WRITTEN, student, right, True)
    formgrader.give("ada", 2.5, "Half of it.")
    store.change(WRITTEN, right, points=3)
    assert formgrader.given("ada") == (2.5, "Half of it.", False) and formgrader.given("ben")[0] == 3
    with pytest.raises(Conflict, match=r"2\.5 points from formgrader"):
        store.toggle(WRITTEN, "ada", right, True)
    assert mark_of(store).foreign and mark_of(store).score == 2.5
    store.take_over(WRITTEN, "ada")
    store.toggle(WRITTEN, "ada", right, True)
    assert formgrader.given("ada") == (3, "Right and complete.\nHalf of it.", False)
    store.undo(), store.undo()
    assert formgrader.given("ada")[0] == 2.5 and mark_of(store).foreign


def test_a_score_taken_away_in_formgrader_stays_away(store, right, formgrader):
    store.toggle(WRITTEN, "ada", right, True)
    formgrader.give("ada", None)
    store.change(WRITTEN, right, points=3)
    assert formgrader.given("ada")[0] is None and mark_of(store).items == ()


def test_a_comment_of_formgrader_is_kept_beside_a_score_from_here(store, right, formgrader):
    formgrader.give("ada", None, "See me.")
    store.toggle(WRITTEN, "ada", right, True)
    assert formgrader.given("ada")[1] == "Right and complete.\nSee me." and mark_of(store).comment == "See me."


def test_every_kind_of_step_is_undone_in_turn_and_only_ones_own(store, recorder, right, formgrader):
    other = Store(recorder, PS, "lee")
    store.toggle(WRITTEN, "ada", right, True)
    other.toggle(WRITTEN, "ben", right, True)
    store.comment(WRITTEN, "ada", "Good.", before="")
    new = store.add(WRITTEN, "Index missing.", -1)
    store.toggle(WRITTEN, "ada", new, True)
    store.change(WRITTEN, new, points=-2)
    seen = [formgrader.given("ada")]
    while store.undo():
        seen.append(formgrader.given("ada"))
    assert [score for score, _, _ in seen] == [2, 3, 4, 4, 4, None]
    assert formgrader.given("ada") == (None, None, True) and formgrader.given("ben")[0] == 4


def test_two_graders_at_once_lose_nothing(folder, formgrader):
    def marks(name: str) -> None:
        with Recorder(folder.database) as recorder:
            store = Store(recorder, PS, name)
            for k in range(8):
                item = store.add(WRITTEN, f"{name} {k}", 0.25)
                store.toggle(WRITTEN, "ada", item, True)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(marks, ("kim", "lee")))
    score, said, _ = formgrader.given("ada")
    assert score == 4 and sorted(said.split("\n")) == sorted(f"{name} {k}" for name in ("kim", "lee") for k in range(8))


def test_two_who_write_a_comment_are_told(store):
    store.comment(WRITTEN, "ada", "Mine.", before="")
    with pytest.raises(Conflict, match="somebody else has changed the comment"):
        store.comment(WRITTEN, "ada", "Theirs.", before="")
    assert mark_of(store).comment == "Mine."


def test_a_question_that_comes_to_count_more_keeps_marks_and_rubric_in_proportion(store, recorder, right, formgrader):
    store.toggle(WRITTEN, "ada", right, True)
    recorder.set_points(PS, WRITTEN, 8, {}, {})
    assert not mark_of(store).foreign and [item.points for item in store.items(WRITTEN)] == [8, 0]
    store.change(WRITTEN, right, points=6)
    assert formgrader.given("ada")[0] == 6


def test_an_answer_that_changed_after_it_was_marked_waits_for_another_look(store, recorder, right, folder):
    store.toggle(WRITTEN, "ada", right, True)
    hand_in(folder, recorder, "ada", "Another answer.", changed=True)
    assert mark_of(store).again
    store.change(WRITTEN, right, points=3)
    assert mark_of(store).again, "to recalculate is not to look"
    store.keep(WRITTEN, "ada")
    assert not mark_of(store).again and mark_of(store).score == 3


@pytest.mark.parametrize("points", ["4", None, float("nan"), True, 1e9])
def test_what_is_no_number_of_points_is_refused(store, points):
    with pytest.raises(ValueError, match="points are a number"):
        store.add(WRITTEN, "x", points)
