"""What formgrader shows of a hostile submission is inert.

It renders notebooks with the instructor's rights, and a script there could give grades.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from playwright.sync_api import expect
from traitlets.config import Config

from autograder.marking.store import Store
from autograder.pages.rendering import script
from autograder.records.gradebook import Recorder

from ..browser import chromium
from ..formgrader import formgrader, graded_course
from ..submissions import make
from ..submissions.hostile_folders import hand_in
from ..submissions.hostile_notebooks import shows_active_content
from .hostile import ATTACKS, content
from .notebooks import ASSIGNMENT

HONEST = "ada_right_loops"
QUESTION = "where_the_sum_comes_from"
ACTIVE = "shows_active_content"
NAME = "<img src=x onerror=\"window.owned = 'name'\">"
WRITTEN = [attack for attack in ATTACKS if "markup" in attack.student or "entities" in attack.student]
STUDENTS = [HONEST, ACTIVE, NAME, *(attack.student for attack in WRITTEN)]
OURS = {f"<script>{script(name)}</script>" for name in ("ask.js", "sort.js")}
CDN = "cdnjs.cloudflare.com"
"""Where nbconvert's page gets MathJax and Mermaid; never reached here."""
ACTIVE_ELEMENTS = """[...document.querySelectorAll('#notebook-container *')].filter(e =>
    ['SCRIPT', 'IFRAME', 'IMG', 'SVG', 'BASE', 'FORM', 'STYLE', 'LINK', 'OBJECT', 'EMBED', 'META']
        .includes(e.tagName.toUpperCase())
    || [...e.attributes].some(a => a.name.startsWith('on'))
    || (e.href && !/^https?:$/.test(e.protocol))
).map(e => e.outerHTML)"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    submitted = course / "grading" / "submitted"
    make.write_class(submitted, [HONEST])
    honest = (submitted / HONEST / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    hand_in(submitted, ACTIVE, shows_active_content(honest))
    hand_in(submitted, NAME, honest)
    for attack in WRITTEN:
        hand_in(submitted, attack.student, content(attack))
    graded_course(course, ASSIGNMENT)
    with formgrader(course, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def visit(running):
    """Opens the page for hand grading of a student; gives it with the outside addresses that it asked for."""
    with chromium() as browser:

        def visit(student):
            page, asked = browser.new_page(), []
            running.log_in(page)
            server = urlsplit(running.address).netloc

            def route(route):
                host = urlsplit(route.request.url).netloc
                if host == server:
                    return route.continue_()
                asked.extend([host] if host != CDN else [])
                return route.abort()

            page.route("**/*", route)
            page.goto(running.submission(student, ASSIGNMENT))
            page.wait_for_load_state("networkidle")
            return page, asked

        yield visit


@pytest.mark.parametrize("student", STUDENTS)
def test_no_script_of_a_student_runs_in_formgrader(visit, student):
    page, asked = visit(student)
    assert page.locator("input.score").count() >= 5  # it is the page for grading
    assert page.evaluate("window.owned") is None
    assert page.evaluate(ACTIVE_ELEMENTS) == [] and asked == []
    page.close()


def test_the_name_is_shown_as_it_is(visit):
    page, _ = visit(NAME)
    page.evaluate("toggle_name(true)")
    assert NAME in page.locator(".breadcrumb").inner_text()
    page.close()


def test_the_list_of_submissions_runs_none_either(running, visit):
    page, asked = visit(HONEST)
    page.goto(running.url(f"gradebook/{ASSIGNMENT}/{ASSIGNMENT}"))
    page.wait_for_selector("a.name-shown", state="attached")
    page.click("#toggle_names")
    assert NAME in page.locator("table").inner_text()
    assert page.evaluate("window.owned") is None and asked == []
    page.close()


def test_feedback_and_report_of_the_same_class_run_none(running, visit):
    page, asked = visit(HONEST)
    pages = [path for kind in ("feedback", "report") for path in (running.course / "grading" / kind).rglob("*.html")]
    assert len(pages) > len(STUDENTS)
    page.unroute_all()
    page.on(
        "request", lambda request: asked.extend([request.url] if not request.url.startswith(("file:", "data:")) else [])
    )
    for path in pages:
        page.goto(path.as_uri())
        assert "default-src 'none'" in page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
        assert page.evaluate("window.owned") is None and asked == []
        active = page.evaluate(ACTIVE_ELEMENTS.replace("#notebook-container", "main").replace("https?", "https?|file"))
        assert set(active) <= OURS, path
    page.close()


def test_as_it_was_handed_in_the_notebook_would_have_taken_over_the_page(running, visit):
    """What stock nbgrader would show: the attack is real."""
    handed_in, shown = (
        running.course / "grading" / kind / ACTIVE / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        for kind in ("submitted", "autograded")
    )
    inert = shown.read_bytes()
    shown.write_bytes(handed_in.read_bytes())
    try:
        page, asked = visit(ACTIVE)
    finally:
        shown.write_bytes(inert)
    assert page.evaluate("window.owned") and len(page.evaluate(ACTIVE_ELEMENTS)) > 10 and asked
    page.close()


def test_without_names_as_text_the_name_would_have_run(running):
    """Nothing else stands in its way: the template prints the name as it is."""
    options = {"template_name": "formgrade", "extra_template_basedirs": [handlers.template_path]}
    config = Config({"HTMLExporter": options})
    path = running.course / "grading" / "autograded" / HONEST / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    shown = {}
    for preprocessors in ([], ["autograder.plugin.NamesAsText"]):
        config.HTMLExporter.preprocessors = preprocessors
        shown[bool(preprocessors)], _ = HTMLExporter(config=config).from_filename(
            str(path), resources={"student": NAME, "index": 0, "total": 1}
        )
    runs = "<img[^>]* onerror="
    assert re.search(runs, shown[False]) and not re.search(runs, shown[True])


def test_a_mark_given_beside_stands_in_formgrader_and_what_is_typed_there_beats_it(running, visit):
    """Of `autograder mark`; here, because here a formgrader runs that has a class."""
    with Recorder(f"sqlite:///{running.course}/grading/gradebook.db") as recorder:
        store = Store(recorder, ASSIGNMENT, "kim")
        right = store.items(QUESTION)[0].id
        store.toggle(QUESTION, HONEST, right, True)
        store.comment(QUESTION, HONEST, "Nice <b>picture</b>.", before="")
        page, _ = visit(HONEST)
        score, comment = page.locator(f"#{QUESTION}"), page.locator(f"#{QUESTION}-comment")
        expect(score).to_have_value("4")
        expect(comment).to_have_value("Right and complete.\nNice <b>picture</b>.")
        with page.expect_response(lambda reply: reply.request.method == "PUT" and "/api/grade/" in reply.url):
            score.fill("2.5")
            score.blur()
        page.close()
        store.change(QUESTION, right, points=3)
        mark = store.marks(QUESTION, [HONEST])[HONEST]
        assert mark.foreign and mark.score == 2.5
