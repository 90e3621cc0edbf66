"""Formgrader's buttons take a problem set to the class and back as the commands do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ...browser import chromium
from ...formgrader import Formgrader, formgrader
from ..notebooks import ASSIGNMENT
from .conftest import COURSE_ID, Classroom
from .test_flow import SLIP, fetched

PATIENCE = 60_000
"""Milliseconds for what a button starts."""


@pytest.fixture(scope="module")
def running(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Formgrader]:
    with formgrader(classroom.checkout, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def page(running: Formgrader) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        running.log_in(page)
        yield page


def press(page: Page, address: str, button: str, success: str) -> None:
    """Press a button of the only row there is, and wait for what formgrader says."""
    page.goto(address)
    page.locator(f"tbody tr:has-text('{ASSIGNMENT}') .{button} a, tbody tr .{button} a").first.click()
    said = page.locator(".modal-body")
    said.wait_for()
    expect(said).to_contain_text(success, timeout=PATIENCE)


@pytest.mark.sandbox
def test_the_buttons_take_it_to_the_class_and_back(classroom, running, page):
    assignments, submissions = (
        running.url(name) for name in ("manage_assignments", f"manage_submissions/{ASSIGNMENT}")
    )
    released = classroom.exchange / COURSE_ID / "outbound" / ASSIGNMENT
    before = {path.name: path.read_bytes() for path in released.iterdir()}
    press(page, assignments, "release", "Successfully unreleased")
    assert not released.exists()
    press(page, assignments, "release", "Successfully released")
    assert {path.name: path.read_bytes() for path in released.iterdir()} == before != {}

    classroom.hand_in(classroom.ada, "ben_diagonal_only")
    press(page, assignments, "collect", "Successfully collected")
    press(page, submissions, "autograde", "Successfully autograded")
    press(page, submissions, "generate-feedback", "Successfully generated feedback")
    press(page, assignments, "release-feedback", "Successfully released feedback")
    ((_, fetched_page),) = fetched(classroom.ada).items()
    assert SLIP in fetched_page and "default-src 'none'" in fetched_page


def test_what_is_refused_is_named_on_the_page(classroom, running, page):
    name = f"emmy+{ASSIGNMENT}+2026-10-01 10:00:00 UTC+x"
    assert classroom.ada.does(lambda: (classroom.inbox / name).mkdir()) == (0, "")
    press(page, running.url("manage_assignments"), "collect", f"it belongs to {classroom.ada.name}")
    assert not (classroom.submitted / "emmy").exists()
