"""Feedback page and class report in a real browser.

They are inert whatever a student wrote, at ease on a phone, legible by day and night.
"""

from __future__ import annotations

import re

import pytest

from autograder.checking.protocol import Outcome
from autograder.judging.result import CheckResult, ProblemResult, Result
from autograder.pages.feedback import early_page, feedback_page
from autograder.pages.rendering import relative, script
from autograder.pages.report import class_report
from autograder.records.roster import Person
from autograder.records.standing import Standing, WrittenAnswer

from ...browser import chromium

ATTACKS = (
    "<script>window.owned = 'script'</script>",
    "<img src=x onerror=\"window.owned = 'event handler'\">",
    '"><svg onload="window.owned = \'svg\'"></svg>',
    "</pre></title></style><iframe srcdoc=\"<script>parent.owned = 'frame'</script>\"></iframe>",
    "<img src='http://attacker.example/leak'><link rel=stylesheet href='http://attacker.example/leak.css'>",
    "<style>@import 'http://attacker.example/style.css'; body { display: none }</style>",
    "<a href=\"javascript:window.owned = 'link'\">see</a> [see](javascript:window.owned=1)",
    "<base href='http://attacker.example/'>"
    "<form action='http://attacker.example/'><button>Show my score</button></form>",
    "{{ 7 * 7 }} {% raw %}",
)
REFRESH = "<meta http-equiv=refresh content='0; url=http://attacker.example/'>"
ATTACK = "\n".join((*ATTACKS, REFRESH))
HOSTILE_ELEMENTS = """[...document.querySelectorAll('*')].filter(e =>
    ['SCRIPT', 'IFRAME', 'IMG', 'svg', 'BASE', 'FORM'].includes(e.tagName)
    || [...e.attributes].some(a => a.name.startsWith('on')) || /^javascript/i.test(e.protocol || '')).length"""
LOWEST_CONTRAST = """() => {
    const channels = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = colour => channels(colour).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
    const ground = e => {
        const c = getComputedStyle(e).backgroundColor;
        return (channels(c)[3] ?? 1) ? c : ground(e.parentElement);
    };
    const hasText = e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    return Math.min(...[...document.body.querySelectorAll('*')].filter(hasText).map(e => {
        const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
    }));
}"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def pages_with(said: str) -> dict[str, str]:
    """Both pages, with ``said`` wherever a student or a name can put it."""
    wrong = ProblemResult(
        said,
        (
            CheckResult(said, 3, Outcome.RAISED, f"it raises ValueError: {said}"),
            CheckResult("values", 1, Outcome.WRONG, "seen", ("missing-sum",)),
            CheckResult(said, 1),
        ),
    )
    right = ProblemResult("softmax_partial", (CheckResult("values", 2),))
    judged = Result(said, said, (wrong, right), notices=(said,), seconds=30)
    unexplained = ProblemResult("softmax_partial", (CheckResult("values", 2, Outcome.WRONG, "seen"),))
    others = [Result(f"{said} 2", said, (), unreadable=said), Result(f"{said} 3", said, (wrong, unexplained))]
    written = (WrittenAnswer(said, said, 4, 1.0, said), WrittenAnswer(said, said, 4))
    grade = Standing(said, said, 1, 16, 2.0, 93_784, needs_hand_grading=True, written=written)
    return {
        "feedback": feedback_page(judged, grade, {said: said}, "../book/"),
        "early": early_page(judged, {said: said}, "../book/", Person(said), 1),
        "unreadable": feedback_page(others[0], grade, {}, None),
        "report": class_report(
            [judged, *others],
            {said: grade},
            feedback={r.student: f"javascript:{r.student}" for r in (judged, *others)},
            book="book/",
        ),
    }


@pytest.fixture
def visit(browser, tmp_path):
    """Opens a page from a file; gives the page and the list of what it asked the network for."""
    opened = []

    def visit(html: str, **options):
        page, asked = browser.new_page(**options), []
        opened.append(page)
        page.route(re.compile("^(http|ws)"), lambda route: (asked.append(route.request.url), route.abort()))
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        page.goto((tmp_path / "page.html").as_uri())
        return page, asked

    yield visit
    for page in opened:
        page.close()


def test_unguarded_the_attacks_work(visit):
    page, asked = visit("<meta charset=utf-8>" + "\n".join(ATTACKS))
    assert page.evaluate("window.owned") and asked and page.evaluate(HOSTILE_ELEMENTS) > 5
    page, asked = visit(REFRESH)
    page.wait_for_timeout(200)
    assert asked


def test_the_content_policy_stops_them_alone(visit):
    policy = re.search(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", pages_with("x")["report"])[0]
    page, asked = visit(f"<head><meta charset=utf-8>{policy}</head><body>" + "\n".join(ATTACKS))
    page.evaluate("document.querySelectorAll('button, a').forEach(e => e.click())")
    assert not page.evaluate("window.owned") and not asked and page.evaluate(HOSTILE_ELEMENTS) > 5


@pytest.mark.parametrize("kind", ["feedback", "early", "unreadable", "report"])
def test_a_page_does_not_even_hold_them(visit, kind):
    page, asked = visit(pages_with(ATTACK)[kind])
    ours = page.locator("script").all_text_contents()
    assert ours == ([script("sort.js")] if kind == "report" else [])
    assert page.evaluate(HOSTILE_ELEMENTS) == len(ours) and not page.evaluate("window.owned") and not asked
    assert "<script>window.owned = 'script'</script>" in page.locator("body").inner_text()
    assert "7 * 7" in page.locator("body").inner_text()
    assert {"file:"} >= set(page.evaluate("[...document.links].map(a => a.protocol)"))
    assert page.evaluate("document.querySelectorAll('style').length") == 1


@pytest.mark.parametrize("kind", ["feedback", "early", "unreadable", "report"])
def test_a_phone_shows_it_without_sideways_scrolling_and_with_enough_contrast(visit, kind):
    html = pages_with("long_name_" * 30)[kind]
    for scheme in ("light", "dark"):
        page, _ = visit(html, viewport={"width": 375, "height": 700}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        assert page.evaluate(LOWEST_CONTRAST) >= 4.5


def test_the_contrast_measure_sees_pale_text(visit):
    page, _ = visit("<body style='background: #fff'><p style='color: #999'>pale</p>")
    assert page.evaluate(LOWEST_CONTRAST) < 3


@pytest.mark.parametrize("kind", ["feedback", "early", "unreadable", "report"])
def test_the_same_data_gives_the_same_bytes(kind):
    assert pages_with("Åsa\nO'Neill")[kind].encode() == pages_with("Åsa\nO'Neill")[kind].encode()


@pytest.mark.parametrize("kind", ["feedback", "early", "unreadable", "report"])
def test_controls_halved_characters_and_turned_writing_are_spelled_out(kind):
    html = pages_with("\ud800\x00\x1b[31m\u202e")[kind]
    assert "⟨U+D800⟩⟨U+0000⟩⟨U+001B⟩[31m⟨U+202E⟩" in html.encode().decode()


def test_an_address_stays_a_path_whatever_it_holds():
    assert (
        relative("//feedback/a b#1?.html") == "./feedback/a%20b%231%3F.html"
        and relative("javascript:x") == "./javascript%3Ax"
    )
