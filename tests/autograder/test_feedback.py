"""The feedback page says what a student needs to know, and stays inert whatever a student wrote."""

from __future__ import annotations

import re
import shutil
from html import unescape

import pytest
from autograder.feedback import feedback_page
from autograder.result import CheckResult, ProblemResult, Result
from autograder.standing import Standing, WrittenAnswer
from missingsum.diagnosis import in_words
from missingsum.slips import SLIPS
from playwright.sync_api import sync_playwright

SEEN = "entry [1, 4] is 0.2; it should be 0.05 (relative error 0.41, 97% of the entries are off)."
CODE = {"softmax_forward": "def softmax_forward(z):\n    return np.exp(z)", "softmax_backward": "def softmax_backward(s, g):\n    return g * s * (1 - s)"}
ATTACKS = (
    "<script>window.owned = 'script'</script>",
    "<img src=x onerror=\"window.owned = 'event handler'\">",
    "\"><svg onload=\"window.owned = 'svg'\"></svg>",
    "</pre></title></style><iframe srcdoc=\"<script>parent.owned = 'frame'</script>\"></iframe>",
    "<img src='http://attacker.example/leak'><link rel=stylesheet href='http://attacker.example/leak.css'>",
    "<style>@import 'http://attacker.example/style.css'; body { display: none }</style>",
    "<a href=\"javascript:window.owned = 'link'\">see</a> [see](javascript:window.owned=1)",
    "<meta http-equiv=refresh content='0; url=http://attacker.example/'><base href='http://attacker.example/'>",
    "{{ 7 * 7 }} {% raw %}",
)


def right(name: str, points: float = 2) -> ProblemResult:
    return ProblemResult(name, (CheckResult("values of a batch", points, True), CheckResult("the input stays as it is", 1, True)))


def wrong(name: str, *slips: str, message: str | None = None) -> ProblemResult:
    said = f"{SEEN} {in_words(slips)}" if message is None else message
    return ProblemResult(name, (
        CheckResult("values of a batch", 3, False, said, slips),
        CheckResult("a class of probability 0", 1, False, f"{SEEN} {in_words(())}" if message is None else message),
        CheckResult("i = j", 1, True),
    ))


def result(*problems: ProblemResult, **more) -> Result:
    return Result("ada", "ps2_missing_sum", problems or (right("softmax_forward"), wrong("softmax_backward", "missing-sum")), **more)


def standing(score: float = 4.0, **more) -> Standing:
    return Standing("ada", "ps2_missing_sum", score, 12, **more)


def page(of: Result | None = None, grade: Standing | None = None, code=CODE, book: str | None = "../book/") -> str:
    return feedback_page(of or result(), grade or standing(), code, book)


def text(html: str) -> str:
    """What a reader reads, on one line."""
    body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split()).replace(" .", ".").replace(" )", ")").replace(" :", ":")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield running
        running.close()


def test_the_explanation_stands_once_with_its_section_beside_the_code():
    html = page()
    slip = SLIPS["missing-sum"]
    assert text(html).count(slip.explanation) == 1
    assert f'href="../book/{slip.page}"' in html
    assert "def softmax_backward(s, g):\n    return g * s * (1 - s)" in html
    assert "cause is not recognised" not in text(html)


def test_a_right_function_gets_its_points_and_no_explanation():
    said = text(page(result(right("softmax_forward"))))
    assert "All 1 functions are right" not in said and "Everything is right" in said
    assert "3 of 3 points" in said and "What happened" not in said and "not passed" not in said


def test_each_failed_check_says_what_it_saw_and_a_repeated_reason_is_not_repeated():
    said = text(page())
    assert "Values of a batch: not passed (0 of 3 points) Entry [1, 4] is 0.2; it should be 0.05" in said
    assert said.count("it should be 0.05") == 1 and "A class of probability 0: not passed (0 of 1 point) For the same reason." in said
    assert "i = j: passed (1 of 1 point)" in said


def test_two_slips_together_are_both_explained():
    said = text(page(result(wrong("softmax_backward", "missing-sum", "sign"))))
    assert all(said.count(SLIPS[slip].explanation) == 1 for slip in ("missing-sum", "sign"))
    assert "And:" not in said


def test_a_wrong_answer_that_nothing_explains_is_said_to_be_unexplained_once():
    said = text(page(result(wrong("softmax_backward"))))
    assert said.count("The cause is not recognised") == 1


def test_an_exception_is_reported_without_a_guess_at_the_cause():
    said = text(page(result(wrong("softmax_forward", message="it raises ValueError: shapes (4,6) (4,)."))))
    assert "It raises ValueError: shapes (4,6) (4,)." in said and "What happened" not in said


def test_a_slip_that_the_book_no_longer_knows_does_not_break_the_page():
    problem = ProblemResult("softmax_forward", (CheckResult("values", 1, False, SEEN, ("gone",)),))
    assert "Entry [1, 4]" in text(page(result(problem)))


def test_without_a_book_the_section_is_named_but_not_linked():
    html = page(book=None)
    assert SLIPS["missing-sum"].where in text(html) and "chapters/" not in html


def test_waiting_written_answers_are_announced():
    said = text(page(grade=standing(needs_hand_grading=True, written=(WrittenAnswer("where_the_sum_comes_from", "From softmax.", 4),))))
    assert "4 of 12 points so far" in said and "Your score may still rise" in said and "up to 4 points" in said
    assert "Where the sum comes from · not graded yet" in said and "From softmax." in said


def test_graded_written_answers_show_score_and_comment():
    said = text(page(grade=standing(7, written=(WrittenAnswer("why", "From softmax.", 4, 2.5, "Which network?"), WrittenAnswer("how", " ", 1, 0.0)))))
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


@pytest.mark.parametrize("guard", ["none", "policy alone", "page"])
def test_no_attack_runs_or_asks_the_network(browser, tmp_path, guard):
    """Without any guard the attacks work; the content policy stops them alone, and the page does not even hold them."""
    attack = "\n".join(ATTACKS)
    hostile = feedback_page(
        Result(attack, attack, (ProblemResult(attack, (CheckResult(attack, 1, False, attack), CheckResult(attack, 1, True))), right(attack)), "", (attack,)),
        Standing(attack, attack, 0, 4, written=(WrittenAnswer(attack, attack, 4, 1.0, attack), WrittenAnswer(attack, attack, 4))),
        {attack: attack}, "../book/")
    policy = re.search(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", hostile)[0]
    without_refresh = "\n".join(a for a in ATTACKS if "refresh" not in a)
    html = {"none": without_refresh, "policy alone": f"<head>{policy}</head><body>{without_refresh}", "page": hostile}[guard]
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8>{html}" if guard == "none" else html, encoding="utf-8")
    asked = []
    with browser.new_page() as opened:
        opened.route(re.compile("^http"), lambda route: (asked.append(route.request.url), route.abort()))
        opened.goto((tmp_path / "page.html").as_uri())
        opened.wait_for_function("document.readyState === 'complete'")
        owned = opened.evaluate("window.owned || ''")
        live = opened.evaluate("""[...document.querySelectorAll('*')].filter(e => ['SCRIPT', 'IFRAME', 'IMG', 'svg', 'BASE'].includes(e.tagName)
            || [...e.attributes].some(a => a.name.startsWith('on')) || /^javascript/i.test(e.protocol || '')).length""")
    assert bool(owned) == bool(asked) == (guard == "none"), (owned, asked)
    assert (live == 0) == (guard == "page")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_sideways_scrolling_and_with_enough_contrast(browser, tmp_path, scheme):
    grade = standing(2, late_penalty=2, needs_hand_grading=True, written=(WrittenAnswer("why", "w" * 500, 4, None, "Look again."),))
    (tmp_path / "page.html").write_text(page(
        result(right("softmax_forward"), wrong("softmax_backward", "missing-sum"), wrong("f" * 90), notices=("n" * 300,)), grade,
        {**CODE, "softmax_backward": f"# {'long ' * 80}"}), encoding="utf-8")
    with browser.new_page(viewport={"width": 375, "height": 700}, color_scheme=scheme) as opened:
        opened.goto((tmp_path / "page.html").as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= 375
        assert opened.evaluate(LOWEST_CONTRAST) >= 4.5


LOWEST_CONTRAST = """() => {
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => channels(colour).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
    const ground = e => { const c = getComputedStyle(e).backgroundColor; return (channels(c)[3] ?? 1) ? c : ground(e.parentElement); };
    return Math.min(...[...document.body.querySelectorAll('*')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
        const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
    }));
}"""
