"""A problem set and the page of gradients in Firefox, from a server and from a folder."""

from __future__ import annotations

import os

import pytest

from .firefox import in_firefox, lacking
from .live import cells_of

pytestmark = pytest.mark.pages
SET = "ps2_missing_sum"
DIAGONAL = "def softmax_backward(s, g):\n    return g * s * (1 - s)\n"
CHECK = "check.ps2.softmax_backward(softmax_backward)"
LOOP = "while True:\n    pass"


@pytest.fixture(scope="module", autouse=True)
def browser_is_there() -> None:
    if missing := lacking():
        (pytest.fail if os.environ.get("REQUIRE_ENGINE") else pytest.skip)(
            f"{missing} is not there: make pages brings it"
        )


@pytest.mark.parametrize("way", ["http", "file"])
def test_firefox_solves_a_set_stops_loops_and_tells_mistakes(site, address, way):
    solutions = list(cells_of(SET))
    sources = [*(source for _, source in solutions), DIAGONAL, CHECK, "softmax_forward(np.zeros((1, 2)))"]
    cells = [(source, 60) for source in sources]
    cells.insert(-1, (LOOP, 1))
    seen = in_firefox(address if way == "http" else site.as_uri(), cells)
    ran = seen["seen"]
    failed = {name: each["shown"] for (name, _), each in zip(solutions, ran) if not each["ok"]}
    assert len(solutions) > 8 and failed == {}
    *_, wrong, loop, after = ran
    assert "You kept only the diagonal" in wrong["shown"] and not wrong["ok"]
    assert loop["stopped"] and "0.5" in after["shown"]
    assert "You kept only the diagonal" in seen["told"] and seen["outside"] == []
