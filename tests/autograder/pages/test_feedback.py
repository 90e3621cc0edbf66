"""The feedback page says what a student needs to know."""

from __future__ import annotations

import re
from html import unescape

from autograder.checking.protocol import Outcome
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.pages.feedback import feedback_page
from autograder.records.standing import Standing, WrittenAnswer
from missingsum.slips import SLIPS

SEEN = "entry [1, 4] is 0.2; it should be 0.05 (relative error 0.41, 97% of the entries are off)."
CODE = {
    "softmax_forward": "def softmax_forward(z):\n    return np.exp(z)",
    "softmax_backward": "def softmax_backward(s, g):\n    return g * s * (1 - s)",
}


def right(name: str, points: float = 2) -> ProblemResult:
    return ProblemResult(name, (CheckResult("values of a batch", points), CheckResult("the input stays as it is", 1)))


def wrong(name: str, *slips: str, message: str = SEEN, outcome: Outcome = Outcome.WRONG) -> ProblemResult:
    return ProblemResult(
        name,
        (
            CheckResult("values of a batch", 3, outcome, message, slips),
            CheckResult("a class of probability 0", 1, outcome, message),
            CheckResult("i = j", 1),
        ),
    )


def result(*problems: ProblemResult, **more) -> Result:
    return Result(
        "ada",
        "ps2_missing_sum",
        problems or (right("softmax_forward"), wrong("softmax_backward", "missing-sum")),
        **more,
    )


def standing(score: float = 4.0, **more) -> Standing:
    return Standing("ada", "ps2_missing_sum", score, 12, **more)


def page(of: Result | None = None, grade: Standing | None = None, code=CODE, book: str | None = "../book/") -> str:
    return feedback_page(of or result(), grade or standing(), code, book)


def text(html: str) -> str:
    """What a reader reads, on one line."""
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    return (
        " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())
        .replace(" .", ".")
        .replace(" )", ")")
        .replace(" :", ":")
    )


def test_the_explanation_stands_once_with_its_section_beside_the_code():
    html = page()
    slip = SLIPS["missing-sum"]
    assert text(html).count(slip.explanation) == 1
    assert f'href="../book/{slip.page}"' in html
    assert "def softmax_backward(s, g):\n    return g * s * (1 - s)" in html
    assert "cause is not recognised" not in text(html)


def test_a_right_function_gets_its_points_and_no_explanation():
    said = text(page(result(right("softmax_forward")), standing(12)))
    assert "All 1 functions are right" not in said and "Everything is right" in said
    assert "3 of 3 points" in said and "What happened" not in said and "not passed" not in said


def test_not_everything_is_right_if_an_answer_in_words_is_missing():
    grade = standing(3, written=(WrittenAnswer("why", "", 9, 0.0, "No response."),))
    said = text(page(result(right("softmax_forward")), grade))
    assert "Every function is right. Well done." in said and "Everything is right" not in said


def test_each_failed_check_says_what_it_saw_and_a_repeated_reason_is_not_repeated():
    said = text(page())
    assert "Values of a batch: not passed (0 of 3 points) Entry [1, 4] is 0.2; it should be 0.05" in said
    assert (
        said.count("it should be 0.05") == 1
        and "A class of probability 0: not passed (0 of 1 point) For the same reason." in said
    )
    assert "i = j: passed (1 of 1 point)" in said


def test_two_slips_together_are_both_explained():
    said = text(page(result(wrong("softmax_backward", "missing-sum", "sign"))))
    assert all(said.count(SLIPS[slip].explanation) == 1 for slip in ("missing-sum", "sign"))
    assert "And:" not in said


def test_a_wrong_answer_that_nothing_explains_is_said_to_be_unexplained_once():
    said = text(page(result(wrong("softmax_backward"))))
    assert said.count("The cause is not recognised") == 1


def test_an_exception_is_reported_without_a_guess_at_the_cause():
    said = text(
        page(
            result(wrong("softmax_forward", message="it raises ValueError: shapes (4,6) (4,).", outcome=Outcome.RAISED))
        )
    )
    assert "It raises ValueError: shapes (4,6) (4,)." in said and "What happened" not in said


def test_a_slip_that_the_book_no_longer_knows_does_not_break_the_page():
    problem = ProblemResult("softmax_forward", (CheckResult("values", 1, Outcome.WRONG, SEEN, ("gone",)),))
    assert "Entry [1, 4]" in text(page(result(problem)))


def test_a_slip_that_the_course_no_longer_knows_explains_nothing_and_the_page_says_so():
    problem = wrong("softmax_backward", "a-slip-of-old")
    assert problem.unexplained and "not recognised" in problem.in_words(problem.checks[0])
    assert text(page(result(problem))).count("not recognised") == 1
    both = wrong("softmax_backward", "a-slip-of-old", "missing-sum")
    assert not both.unexplained and "not recognised" not in text(page(result(both)))


def test_without_a_book_the_section_is_named_but_not_linked():
    html = page(book=None)
    assert SLIPS["missing-sum"].where in text(html) and "chapters/" not in html


def test_waiting_written_answers_are_announced():
    said = text(
        page(
            grade=standing(
                needs_hand_grading=True, written=(WrittenAnswer("where_the_sum_comes_from", "From softmax.", 4),)
            )
        )
    )
    assert "4 of 12 points so far" in said and "Your score may still rise" in said and "up to 4 points" in said
    assert "Where the sum comes from · not graded yet" in said and "From softmax." in said


def test_graded_written_answers_show_score_and_comment():
    said = text(
        page(
            grade=standing(
                7,
                written=(
                    WrittenAnswer("why", "From softmax.", 4, 2.5, "Which network?"),
                    WrittenAnswer("how", " ", 1, 0.0),
                ),
            )
        )
    )
    assert "2.5 of 4 points" in said and "Comment: Which network?" in said and "so far" not in said
    assert "You left this answer empty." in said


def test_a_late_penalty_is_said_with_its_reason():
    said = text(page(grade=standing(2, late_penalty=2, seconds_late=93_784)))
    assert "handed in 1 day 2 hours after the due date, 2 points taken off" in said and "Late penalty −2" in said
    assert "nothing was taken off" in text(page(grade=standing(seconds_late=60)))


def test_an_unreadable_notebook_gets_the_reason_instead_of_the_checks():
    said = text(page(result(unreadable="the file is not JSON"), standing(0)))
    assert "could not be read The file is not JSON" in said and "not passed" not in said and "0 of 12 points" in said


def test_notices_are_shown_and_a_missing_cell_is_said():
    said = text(page(result(notices=("a locked cell was restored",)), code={}))
    assert "A locked cell was restored" in said and "The cell of this function was not found" in said


def test_the_same_data_gives_the_same_bytes():
    assert page() == page()


def test_text_without_an_encoding_controls_and_turned_writing_are_spelled_out():
    html = page(code={"softmax_backward": "x = '\ud800\x00\x1b[31m\u202e'"})
    assert "⟨U+D800⟩⟨U+0000⟩⟨U+001B⟩[31m⟨U+202E⟩" in html.encode().decode()


def test_an_endless_text_is_cut():
    html = page(code={"softmax_backward": "x" * 1_000_000})
    assert len(html) < 60_000 and "more characters, not shown here" in html
