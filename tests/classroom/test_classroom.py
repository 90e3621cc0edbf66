"""A class under a real JupyterHub, as the page *With JupyterHub* sets it up: own servers, and a shared grader service.

Run by ``make classroom``, as root and on this machine alone: the hub has local users of its own (see `hub`).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page, expect

from ..autograder.notebooks import ASSIGNMENT
from ..browser import chromium
from ..submissions import make
from .hub import COURSE_ID, ENVIRONMENTS, USERS, Hub, hub

pytestmark = pytest.mark.classroom
PATIENCE = 300_000
"""Milliseconds for a server to start, or for what a button starts, on a machine that is busy, too."""
SLIP = "You kept only the diagonal of the Jacobian"
FORMGRADER = "Add new assignment"
ANSWERS = {"ada": "ben_diagonal_only", "ben": "ada_right_loops"}


@pytest.fixture(scope="module")
def running() -> Iterator[Hub]:
    if os.geteuid() != 0:
        pytest.skip("a hub starts servers as its users, which only root may")
    with _hub() as running:
        yield running


@contextmanager
def _hub(**options: bool) -> Iterator[Hub]:
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        os.chmod(place, 0o755)
        with hub(Path(place), **options) as running:
            yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def log_in(running: Hub, browser: Browser) -> Callable[[str], Page]:
    """Opens the hub's first page as a user."""
    return partial(opened, running, browser)


def opened(hub: Hub, browser: Browser, user: str) -> Page:
    """The hub's first page, as a user sees it."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{hub.address}/hub/login?next=/hub/home")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", hub.password)
    page.click("input[type=submit]")
    page.wait_for_url("**/hub/home")
    return page


@pytest.fixture(scope="module")
def emmy(running: Hub, log_in: Callable[[str], Page]) -> Page:
    """An instructor, when the grader has made the release."""
    done = running.grader("autograder.cli", "release", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return log_in("emmy")


@pytest.fixture(scope="module")
def carl(log_in: Callable[[str], Page]) -> Page:
    """Another instructor."""
    return log_in("carl")


@pytest.fixture(scope="module")
def ada(running: Hub, log_in: Callable[[str], Page]) -> Page:
    """A student, in her own JupyterLab with nbgrader's list of assignments open."""
    page = log_in("ada")
    page.goto(f"{running.address}/hub/spawn")
    choose(page, "Assignment List")
    return page


def choose(page: Page, entry: str) -> None:
    """Choose from nbgrader's menu in JupyterLab, once that is there."""
    menu = page.locator(".lm-MenuBar-itemLabel:has-text('Nbgrader')")
    menu.wait_for()
    page.get_by_role("button", name="No", exact=True).click()  # no news
    menu.click()
    page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()


def press(formgrader: str, page: Page, where: str, button: str, success: str) -> None:
    """Press a button of formgrader, and wait for what it says."""
    page.goto(f"{formgrader}/formgrader/{where}")
    page.locator(f"tbody .{button} a").first.click()
    said = page.locator(".modal-body")
    said.wait_for()
    expect(said).to_contain_text(success, timeout=PATIENCE)


def answer(hub: Hub, student: str) -> None:
    """Write the student's answers into the fetched notebook, as the student."""
    path = hub.home(student) / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.write_text(json.dumps(make.notebook(make.read_class([ANSWERS[student]])[0])))
    assert path.stat().st_uid == USERS[student]


def scores(hub: Hub) -> dict[str, float]:
    with Gradebook(f"sqlite:///{hub.checkout}/grading/gradebook.db") as gradebook:
        return {submission.student.id: submission.score for submission in gradebook.assignment_submissions(ASSIGNMENT)}


def test_no_student_gets_into_the_grader_service_or_reads_what_it_keeps(running, emmy, ada):
    answer = ada.context.request.get(f"{running.service}/formgrader/manage_assignments")
    assert answer.status == 403
    for place in (running.checkout, running.checkout / "grading", running.checkout / "solutions"):
        assert "Permission denied" in running.as_user("ada", "ls", str(place)).stderr


def test_students_environment_holds_nothing_of_the_instructors(running):
    done = running.as_user("ada", str(ENVIRONMENTS / "shared/bin/python"), "-c", "import missingsum, autograder")
    assert "No module named 'autograder'" in done.stderr


def test_the_class_works_by_buttons_from_release_to_feedback(running, emmy, carl, ada):
    press(running.service, emmy, "manage_assignments", "release", "Successfully released")

    ada.locator("#refresh_assignments_list").click()
    ada.locator("#released_assignments_list button", has_text="Fetch").click()
    submit = ada.locator("#fetched_assignments_list button", has_text="Submit")
    submit.wait_for()
    answer(running, "ada")
    ada.locator("#fetched_assignments_list .assignment-notebooks-link").click()
    ada.locator("#fetched_assignments_list button", has_text="Validate").click()
    expect(ada.locator("#validation-message")).to_contain_text(SLIP, timeout=PATIENCE)
    ada.locator(".jp-Dialog button.jp-mod-accept").click()
    submit.click()
    expect(ada.locator("#submitted_assignments_list")).to_contain_text(ASSIGNMENT, timeout=PATIENCE)
    for command in ("fetch_assignment", "submit"):
        assert running.student("ben", command, ASSIGNMENT).returncode == 0
        if command == "fetch_assignment":
            answer(running, "ben")
            said = running.student("ben", "validate", f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb").stdout
            assert "Success! Your notebook passes all the tests." in said

    press(running.service, carl, "manage_assignments", "collect", "Successfully collected")
    for _ in ANSWERS:
        carl.goto(f"{running.service}/formgrader/manage_submissions/{ASSIGNMENT}")
        waiting = carl.locator("tbody tr", has_text="needs autograding")
        waiting.first.locator(".autograde a").click()
        expect(carl.locator(".modal-body")).to_contain_text("Successfully autograded", timeout=PATIENCE)
    by_button = scores(running)
    done = running.grader("autograder.cli", "grade", ASSIGNMENT, "--again")
    assert done.returncode == 0, done.stderr
    assert scores(running) == by_button and 0 < by_button["ada"] < by_button["ben"]

    press(running.service, emmy, "manage_assignments", "generate-feedback", "Successfully generated feedback")
    press(running.service, emmy, "manage_assignments", "release-feedback", "Successfully released feedback")
    ada.locator("#refresh_assignments_list").click()
    ada.locator("#submitted_assignments_list button", has_text="Fetch Feedback").click()
    expect(ada.locator("#submitted_assignments_list")).to_contain_text("view feedback", timeout=PATIENCE)
    (page,) = (running.home("ada") / ASSIGNMENT / "feedback").glob("*/*.html")
    text = page.read_text()
    assert SLIP in text and re.search(r"default-src 'none'; script-src 'sha256-[^' ]+'; style-src", text)
    assert re.findall(r"<script[^>]*>", text) == ["<script>"], "the form of questions, which the policy names"
    assert running.student("ben", "fetch_feedback", ASSIGNMENT).returncode == 0
    (page,) = (running.home("ben") / ASSIGNMENT / "feedback").glob("*/*.html")
    assert SLIP not in page.read_text()


def test_a_folder_in_anothers_name_and_a_link_are_refused_by_button(running, emmy, ada):
    inbox, time = running.place / "exchange" / COURSE_ID / "inbound", "2026-12-31 10:00:00 UTC"
    answers = running.checkout / "grading" / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    for name in (f"ben+{ASSIGNMENT}+{time}+x", f"ada+{ASSIGNMENT}+{time}+x"):
        assert running.as_user("ada", "mkdir", str(inbox / name)).returncode == 0
        running.as_user("ada", "ln", "-s", str(answers), str(inbox / name / f"{ASSIGNMENT}.ipynb"))
    before = {path: path.read_bytes() for path in (running.checkout / "grading" / "submitted").rglob("*.ipynb")}
    press(running.service, emmy, "manage_assignments", "collect", "it belongs to ada, and bears the name of ben")
    assert {path: path.read_bytes() for path in before} == before
    shutil.rmtree(inbox / f"ben+{ASSIGNMENT}+{time}+x")
    shutil.rmtree(inbox / f"ada+{ASSIGNMENT}+{time}+x")


def test_the_graders_own_server_grades_with_the_same_score(running, log_in):
    page, before = log_in("grader"), scores(running)
    page.goto(f"{running.address}/hub/spawn")
    page.wait_for_url("**/user/grader/**")
    own = f"{running.address}/user/grader"
    press(own, page, f"manage_submissions/{ASSIGNMENT}", "autograde", "Successfully autograded")
    assert scores(running) == before


@pytest.mark.parametrize("policy", ["", "frame-ancestors 'self'"], ids=["as the hub comes", "with the policy"])
def test_where_users_have_subdomains_one_policy_lets_formgrader_stand_in_jupyterlab(browser, policy):
    with _hub(subdomains=True) as running:
        settings = running.home("grader") / ".jupyter" / "jupyter_server_config.py"
        if policy:
            settings.write_text(
                f'c.ServerApp.tornado_settings = {{"headers": {{"Content-Security-Policy": "{policy}"}}}}\n'
            )
        refused: list[str] = []
        page = opened(running, browser, "grader")
        page.on("console", lambda said: refused.append(said.text) if "frame-ancestors" in said.text else None)
        page.goto(f"{running.address}/hub/spawn")
        page.wait_for_url("http://grader.localhost:*/user/grader/**")
        choose(page, "Formgrader")
        frame = page.frame_locator("iframe").locator("body")
        if policy:
            expect(frame).to_contain_text(FORMGRADER, timeout=PATIENCE)
            assert not refused
        else:
            page.wait_for_event("console", lambda said: "frame-ancestors" in said.text) if not refused else None
            assert FORMGRADER not in frame.inner_text()
