"""The class report says how a class did, what it got wrong and who needs a talk."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

import pytest

from autograder.checking.protocol import Outcome
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.pages.report import class_report
from autograder.records.releases import Releases
from autograder.records.roster import Person, Roster
from autograder.records.standing import WrittenAnswer
from missingsum.slips import SLIPS

from ...waiting import least_processor_time
from ..made_up import CLASS, problem, standing, student


def report(results=CLASS, standings=None, feedback=None, book="../book/", **more) -> str:
    standings = {r.student: standing(r) for r in results} if standings is None else standings
    feedback = {r.student: f"feedback/{r.student}.html" for r in results} if feedback is None else feedback
    return class_report(results, standings, feedback=feedback, book=book, **more)


def text(html: str) -> str:
    """What a reader reads, on one line."""
    body = re.sub(r"<style>.*?</style>|<wbr>|</?(a|bdi|code|strong)\b[^>]*>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def part(html: str, heading: str) -> str:
    """The text from this heading to the next of any level."""
    return text(re.search(rf"<h[23][^>]*>{heading}</h[23]>(.*?)(<h[23]|</main>)", html, flags=re.S)[1])


def test_it_says_how_many_and_how_well():
    said = text(report())
    assert (
        "Problem set 2: The missing sum" in said
        and "Handed in 8" in said
        and "Missing 1" not in said
        and "Nothing handed in" not in said
    )
    assert "Mean 8.75 of 15" in said and "Median 10 of 15" in said and "Full marks 1" in said and "Unreadable 1" in said


def test_the_distribution_counts_everybody_once():
    html = report()
    assert "0–9: 1; 30–39: 1; 60–69: 5; 100: 1." in html
    assert "Of 8 students, 1 has full marks and 2 less than half of the points." in part(
        html, "How the scores are spread"
    )


def test_the_hardest_function_is_named():
    said = part(report(), "Mean score by function")
    assert "softmax_backward 43 % (2.14 of 5)" in said and "7 submissions that could be read" in said
    assert "The hardest was softmax_backward, with 43 %." in said


def test_frequent_slips_are_told_in_words_with_a_link_and_rare_ones_with_a_name():
    html = report()
    said = part(html, "What the class got wrong")
    assert "29 % (2 of 7) kept only the diagonal of the Jacobian in softmax_partial (1), softmax_backward (2)" in said
    assert f'href="../book/{SLIPS["missing-sum"].page}"' in html
    assert "emmy: turned the sign round in softmax_backward" in said
    assert "not recognised: softmax_backward of kurt." in said


def test_without_a_book_sections_are_named_and_not_linked():
    html = report(book=None)
    assert SLIPS["missing-sum"].where in text(html) and "chapters/" not in html


def test_who_needs_a_talk_and_why():
    said = part(report(), "Students who need a talk")
    assert said == "olga nothing could be read carl 33 % of the points no points in 2 of 3 functions"
    same = student(
        "ada", *(problem(name, "sign") for name in ("softmax_forward", "softmax_partial", "softmax_backward"))
    )
    assert "turned the sign round in 3 functions" in part(report([same]), "Students who need a talk")


def test_slow_and_stopped_submissions_are_listed_and_unwritten_ones_are_not():
    said = part(report(), "Slow or crashed submissions")
    assert "dana 31.26 s in the sandbox softmax_forward: it did not end within 5 s and was stopped." in said
    assert "hedy" not in said and "ada" not in said and "olga" not in said


@pytest.mark.parametrize(
    ("outcome", "listed"),
    [(Outcome.RAISED, True), (Outcome.STOPPED, True), (Outcome.WRONG, False), (Outcome.MISSING, False)],
)
def test_what_did_not_run_to_its_end_is_listed(outcome, listed):
    html = report([student("ada", problem("softmax_forward", message="said so", outcome=outcome))])
    assert ("said so" in part(html, "Slow or crashed submissions")) == listed


def test_unreadable_submissions_are_listed_with_the_reason():
    assert part(report(), "Unreadable submissions") == "olga The file is not JSON"


def test_the_table_is_sorted_and_leads_to_the_feedback():
    html = report()
    rows = [text(row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", html, flags=re.S)]
    assert [row.split()[0] for row in rows] == ["ada", "carl", "dana", "emmy", "grace", "hedy", "kurt", "olga"]
    assert rows[0] == "ada 10 5 5 0 missing-sum –" and rows[-1] == "olga 0 could not be read –"
    assert 'href="./feedback/ada.html"' in html


def test_late_and_waiting_students_are_marked_and_the_statistics_wait_too():
    standings = {r.student: standing(r, max_score=19) for r in CLASS}
    standings["ada"] = standing(
        CLASS[1],
        score=8,
        max_score=19,
        late_penalty=2,
        seconds_late=7200,
        needs_hand_grading=True,
        written=(WrittenAnswer("why", "…", 4),),
    )
    html = report(standings=standings)
    assert "ada 8 5 5 0 missing-sum to grade 2 hours (−2)" in text(html) and "Late 1" in text(html)
    assert "Written answers of 1 of 8 students are still to be graded by hand" in text(html)
    assert "Mean, functions 8.75 of 15" in text(html)


def test_hand_given_points_count_when_all_are_given():
    standings = {
        r.student: standing(r, score=r.score + 3, max_score=19, written=(WrittenAnswer("why", "…", 4, 3.0),))
        for r in CLASS
    }
    assert "Mean 11.75 of 19" in text(report(standings=standings))


ROSTER = Roster(
    [
        Person("ada", "Lovelace", "Ada"),
        Person("carl", "Gauss", "Carl"),
        Person("grace", "Hopper", "Grace"),
        Person("noether", "Noether", "Emmy"),
    ]
)


def test_people_are_shown_and_sorted_by_their_names():
    html = report(CLASS[:3], people=ROSTER)
    rows = [text(row) for row in re.findall(r"<tr><th scope=\"row\">.*?</tr>", html, flags=re.S)]
    assert [row.split()[:3] for row in rows] == [
        ["Carl", "Gauss", "carl"],
        ["Grace", "Hopper", "grace"],
        ["Ada", "Lovelace", "ada"],
        ["Emmy", "Noether", "noether"],
    ]


def test_who_handed_in_nothing_is_shown_and_counts_nowhere():
    with_missing, without = report(CLASS[:3], people=ROSTER), report(CLASS[:3])
    said = text(with_missing)
    assert "Handed in 3 of 4" in said and "Missing 1" in said and "Emmy Noether noether – nothing handed in" in said
    assert "Emmy Noether" in part(with_missing, "Nothing handed in")
    assert part(with_missing, "How the scores are spread") == part(without, "How the scores are spread")
    assert re.search(r"Mean \S+", said)[0] == re.search(r"Mean \S+", text(without))[0]


def test_who_is_not_on_the_roster_is_named_if_there_is_a_roster():
    assert part(report(people=ROSTER), "Not on the roster") == "dana , emmy , hedy , kurt , olga".replace(" ,", ",")
    assert "Not on the roster" not in report()


def test_other_versions_of_the_problem_set_are_told():
    versions = Releases("a" * 12, {"a" * 12: "2026-10-05", "b" * 12: "2026-10-01"})
    html = report(
        [
            student("ada", version="a" * 12),
            student("carl", version="b" * 12),
            student("grace", version="c" * 12),
            student("hedy", version="none"),
            Result("olga", "ps2_missing_sum", (), unreadable="the file is not JSON"),
        ],
        releases=versions,
    )
    said = part(html, "Other versions of the problem set")
    assert "carl handed in the version of 2026-10-01" in said and "ada" not in said and "olga" not in said
    assert (
        f"grace handed in a version that is not known here ({'c' * 12})" in said
        and "hedy handed in a notebook without a version" in said
    )


def test_an_extended_due_date_is_shown():
    more_time = {"ada": standing(CLASS[1], due=datetime(2026, 10, 4, 23, 59), extended=True)}
    assert "extended to 4 October 2026, 23:59 UTC" in text(report([CLASS[1]], more_time))
    assert "extended" not in text(report([CLASS[1]]))


def test_a_class_without_mistakes_and_a_class_without_students():
    said = text(report([student("ada"), student("grace")]))
    assert "No mistake was recognised" in said and "Nobody:" in said
    assert "There are no submissions yet." in text(report([]))


def test_a_student_without_standing_or_feedback_is_shown_all_the_same():
    html = report(standings={}, feedback={})
    assert "ada 10 5 5 0 missing-sum –" in text(html) and "feedback/" not in html


def test_the_order_of_the_results_does_not_matter():
    assert report(CLASS) == report(CLASS[::-1])


def test_a_slip_that_the_book_no_longer_knows_does_not_break_the_report():
    found = ProblemResult("softmax_forward", (CheckResult("values", 1, Outcome.WRONG, "wrong", ("gone",)),))
    assert "made the mistake gone" in text(report([Result("ada", "ps2_missing_sum", (found,))]))


def test_five_hundred_students_take_less_than_two_seconds():
    many = [student(f"s{k:04}", *CLASS[k % 7].problems) for k in range(500)]
    assert least_processor_time(lambda: report(many), 2) < 2


def test_two_of_one_name_are_told_apart_wherever_they_are_named():
    twins = [Person("ada", "Lee", "Kim"), Person("carl", "Lee", "Kim"), Person("grace", "Hopper", "Grace")]
    shown = text(report(people=Roster([*twins, Person("x1", "Low", "Jo"), Person("x2", "Low", "Jo")])))
    assert "Kim Lee (ada)" in shown and "Kim Lee (carl)" in shown and "Hopper (grace)" not in shown
    assert "Jo Low (x1)" in shown and "Jo Low (x2)" in shown
