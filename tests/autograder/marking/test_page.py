"""The marking page in a browser: by keyboard alone, harmless whatever students wrote, and accessible."""

from __future__ import annotations

import os

from ...browser import NARROW, TOO_WIDE, WCAG_21_AA, accessibility_findings, chromium, visit
from .conftest import STUDENTS

COVERED = "() => document.getElementById('panel').getBoundingClientRect().height / innerHeight"


def picture(page, name: str) -> None:
    """Keep a picture to look at, if a folder for it is named."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/marking-{name}.png")


def test_a_class_is_marked_by_keyboard_alone(address, formgrader):
    with chromium() as browser, visit(browser, address) as (page, found):
        page.wait_for_selector(".answer")
        assert page.url == address.partition("#")[0], "the token does not stay in the address"
        assert page.locator(".answer script, .answer img").count() == 0
        assert "<script>window.ran = 1</script>" in page.locator("#answers").inner_text()
        while page.evaluate("() => !document.activeElement.closest('.answer')"):
            page.keyboard.press("Tab")
        press, focused = page.keyboard.press, "() => document.activeElement.id"

        press("a")
        page.keyboard.type("Only the diagonal is there.")
        press("Tab")
        page.keyboard.type("1,5")
        press("Enter")
        page.wait_for_function("() => document.querySelectorAll('#rubric .item').length === 3")
        page.wait_for_function("() => document.activeElement.closest('.answer')")
        press("3")
        page.wait_for_selector(".answer[aria-current] .score:text('1.5 points')")
        first = page.evaluate(focused)
        press("c")
        page.keyboard.type("Draw it: 1 2 3 u n.")
        press("Escape")
        page.wait_for_selector(".answer[aria-current] .given:text('Draw it')")
        assert page.evaluate(focused) == first
        press("n")
        assert page.evaluate(focused) != first
        press("1")
        page.wait_for_selector(".answer[aria-current] .score:text('4 points')")
        press("u")
        page.wait_for_selector(".answer[aria-current] .score:text('no mark')")
        press("3")
        page.wait_for_selector(".answer[aria-current] .score:text('1.5 points')")
        given = sorted(formgrader.given(student)[0] or 0 for student in STUDENTS)
        assert given == [0, 1.5, 1.5]
        comments = {formgrader.given(student)[1] for student in STUDENTS}
        assert "Only the diagonal is there.\nDraw it: 1 2 3 u n." in comments

        while page.evaluate("() => !document.activeElement.matches('#rubric li:last-child button:last-child')"):
            press("Tab")
        press("Enter")
        press("Tab")
        page.keyboard.type("2")
        press("Enter")
        page.wait_for_function(
            "() => document.querySelectorAll('#answers').length && "
            "[...document.querySelectorAll('.score')].filter(s => s.textContent === '2 points').length === 2"
        )
        assert sorted(formgrader.given(student)[0] or 0 for student in STUDENTS) == [0, 2, 2]

        for scheme in ("light", "dark"):
            found += accessibility_findings(page, scheme, {"runOnly": WCAG_21_AA})
            picture(page, scheme)
        page.set_viewport_size(NARROW)
        assert page.evaluate(TOO_WIDE) == 0
        page.locator(".answer[aria-current]").click()
        assert page.evaluate(COVERED) < 0.2, "the rubric is in the way"
        picture(page, "narrow")
        found += accessibility_findings(page, "light", {"runOnly": WCAG_21_AA})
        press("c")
        page.keyboard.type("Written on a phone.")
        picture(page, "narrow-unfolded")
        press("Escape")
        page.wait_for_selector(".answer[aria-current] .given:text('Written on a phone.')")
        assert page.evaluate(COVERED) < 0.2
        page.get_by_role("button", name="More").click()
        assert page.get_by_role("button", name="Edit: Only the diagonal").is_visible()
        assert found == [] and page.evaluate("() => window.ran") is None
