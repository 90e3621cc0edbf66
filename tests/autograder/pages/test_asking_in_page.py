"""The feedback page makes the file with which a student asks, from the file system, and lets nothing else run."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.pages.feedback import feedback_page
from autograder.records.asking import Asking
from autograder.records.course import Folder

from ...browser import NARROW, TOO_WIDE, WCAG_21_AA, accessibility_findings, visit
from ..made_up import ASSIGNMENT, problem, standing, student

ATTACK = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"


def test_a_question_is_saved_as_a_file_that_is_taken_and_copied_where_no_script_runs(tmp_path, browser):
    asking, page_file = Asking(Folder(tmp_path), ASSIGNMENT), tmp_path / "page.html"
    result = student("ada", problem("softmax_backward", "missing-sum", message=ATTACK))
    html = feedback_page(result, standing(result), {"softmax_backward": ATTACK}, None, asking=asking)
    page_file.write_text(html)
    with visit(browser, page_file.as_uri()) as (page, found):
        ask = page.locator("#function-3 .ask")
        ask.locator("summary").first.click()
        assert ask.locator("button").is_disabled()
        ask.locator("textarea").fill("Is the sum <b>not</b> there?")
        with page.expect_download() as saved:
            ask.locator("button").click()
        assert saved.value.suggested_filename == "question_softmax_backward.txt"
        assert asking.take(Path(saved.value.path()).read_bytes(), "ada")
        assert asking.of("ada")[0].words == "Is the sum <b>not</b> there?"
        for scheme in ("light", "dark"):
            found += accessibility_findings(page, scheme, {"runOnly": WCAG_21_AA})
        page.set_viewport_size(NARROW)
        assert page.evaluate(TOO_WIDE) == 0
        if folder := os.environ.get("PICTURES"):
            ask.scroll_into_view_if_needed()
            page.screenshot(path=f"{folder}/ask.png")
        assert found == [] and page.evaluate("() => window.ran") is None

        injected = html.replace("<main>", "<main>" + ATTACK, 1)
        page_file.write_text(injected)
        page.goto(page_file.as_uri())
        assert page.locator("main > script").count() == 2 and page.evaluate("() => window.ran") is None

        page_file.write_text(html)
        bare = browser.new_page(java_script_enabled=False)
        bare.goto(page_file.as_uri())
        bare.locator("#function-3 .ask summary").first.click()
        bare.locator("#function-3 .ask details summary").click()
        assert bare.locator("#function-3 .ask pre").is_visible()
        copied = bare.locator("#function-3 .ask pre").inner_text().rsplit("\n", 1)[0] + "\nAsked by hand."
        bare.close()
        assert asking.take(copied.encode(), "ada") and len(asking.of("ada")) == 2
