"""The server of the marking page answers to the page of who has the token, and to nobody else."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from autograder.marking.answers import shuffled
from autograder.marking.server import MOST_BYTES

from .conftest import EVIL, STUDENTS, WRITTEN


def ask(address: str, path: str, body: object = None, *, token: str | None = None, **headers: str):
    """Status, headers and text of the answer to one request."""
    parts = urlsplit(address)
    token = parts.fragment.removeprefix("token=") if token is None else token
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    sent = {"Authorization": f"Bearer {token}", **headers}
    text = body if isinstance(body, str | None) else json.dumps(body)
    connection.request("GET" if body is None else "POST", path, text, sent)
    reply = connection.getresponse()
    said = reply.status, reply.headers, reply.read().decode()
    connection.close()
    return said


def loaded(address: str, **options: str) -> dict:
    query = "".join(f"&{name}={value}" for name, value in options.items())
    status, _, text = ask(address, f"/api/question?question={WRITTEN}{query}")
    assert status == 200
    return json.loads(text)


MARK = {"question": WRITTEN, "text": "x", "points": 1}


@pytest.mark.parametrize(
    ("refusal", "headers"),
    [
        (401, {"token": ""}),
        (401, {"token": "wrong"}),
        (403, {"Host": "evil.example:80"}),
        (403, {"Origin": "https://evil.example"}),
        (403, {"Origin": "null"}),
        (403, {"Sec-Fetch-Site": "cross-site"}),
        (403, {"Sec-Fetch-Site": "same-site"}),
    ],
)
@pytest.mark.parametrize("path", ["/api/questions", "/api/add"])
def test_a_foreign_page_and_another_user_get_nothing(address, desk, path, refusal, headers):
    status, _, text = ask(address, path, MARK if path == "/api/add" else None, **headers)
    assert status == refusal and WRITTEN not in text and "says so" not in text
    assert len(desk.store.items(WRITTEN)) == 2


def test_the_same_request_from_the_page_itself_is_done(address, desk):
    origin = address.partition("/#")[0]
    status, _, _ = ask(address, "/api/add", MARK, Origin=origin, **{"Sec-Fetch-Site": "same-origin"})
    assert status == 200 and len(desk.store.items(WRITTEN)) == 3


def test_the_page_and_its_address_in_the_log_hold_nothing_of_the_class(address, capfd):
    for path in ("/", "/marking.js", "/marking.css", "/style.css"):
        status, headers, text = ask(address, path, token="")
        assert status == 200 and "says so" not in text and address.partition("=")[2] not in text
        assert "script-src 'self';" in headers["Content-Security-Policy"] and headers["X-Frame-Options"] == "DENY"
    assert ask(address, "/", token="", Host="evil.example")[0] == 403
    assert "".join(capfd.readouterr()) == ""


def test_names_are_not_sent_unless_asked_for(address):
    hidden = json.dumps(loaded(address))
    assert "Lovelace" not in hidden and '"ada"' not in hidden
    assert "Ada Lovelace" in [answer["name"] for answer in loaded(address, names="1")["answers"]]


def test_what_a_student_wrote_goes_out_as_text_with_controls_spelled_out(address):
    shown = next(answer["text"] for answer in loaded(address)["answers"] if "script" in answer["text"])
    assert shown == EVIL.replace("\x1b", "⟨U+001B⟩")


def test_a_mark_and_a_conflict_go_their_way_by_the_page(address, formgrader):
    seen = loaded(address)
    answer = next(each for each in seen["answers"] if "ada" in each["text"])
    toggle = {"question": WRITTEN, "answer": answer["id"], "item": seen["rubric"][0]["id"], "on": True}
    status, _, text = ask(address, "/api/toggle", toggle)
    assert status == 200 and json.loads(text)["marks"][answer["id"]]["score"] == 4 and formgrader.given("ada")[0] == 4
    formgrader.give("ada", 1)
    status, _, text = ask(address, "/api/toggle", toggle)
    assert status == 409 and "1 points from formgrader" in json.loads(text)["error"] and formgrader.given("ada")[0] == 1


@pytest.mark.parametrize(
    "body", ["", "[]", "{", "[" * 5000, '{"question": 1}', {"question": "x"}, {**MARK, "more": 1}, {**MARK, "text": 3}]
)
def test_a_request_that_cannot_be_read_is_refused_in_words(address, body):
    status, _, text = ask(address, "/api/add", body)
    assert status == 400 and json.loads(text)["error"]


def test_a_giant_request_is_not_read(address, desk):
    try:
        status = ask(address, "/api/add", {**MARK, "text": "x" * MOST_BYTES})[0]
    except ConnectionError:
        status = 400
    assert status in (400, 413) and len(desk.store.items(WRITTEN)) == 2


def test_each_grader_and_question_has_an_order_of_its_own_that_stays():
    students = [f"s{k}" for k in range(30)]
    orders = [shuffled(students, *who) for who in (("kim", "a"), ("lee", "a"), ("kim", "b"))]
    assert len(set(map(tuple, orders))) == 3 and orders[0] == shuffled(students[::-1], "kim", "a")
    assert sorted(shuffled(STUDENTS, "kim", "a")) == sorted(STUDENTS)
