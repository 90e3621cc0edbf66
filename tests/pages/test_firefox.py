"""A problem set and the page of gradients in Firefox, from a server and from a folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from in_page.node import node

from ..problem_sets import COURSE
from ..submissions.make import model_answers
from .live import cells_of

pytestmark = pytest.mark.pages
PROGRAM = Path(__file__).with_name("firefox.cjs")
PACKAGES = COURSE.root / "_build" / "pages" / "node_modules"
DIAGONAL = "def softmax_backward(s, g):\n    return g * s * (1 - s)\n"
CHECK = "check.ps2.softmax_backward(softmax_backward)"


@pytest.fixture(scope="module")
def firefox() -> str:
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if not found or not (PACKAGES / "puppeteer-core").is_dir():
        missing = "puppeteer-core" if found else "Firefox"
        (pytest.fail if os.environ.get("REQUIRE_ENGINE") else pytest.skip)(
            f"{missing} is not there: make pages brings it"
        )
    return found


@pytest.mark.parametrize("way", ["http", "file"])
def test_firefox_runs_checks_stops_loops_and_tells_mistakes(firefox, site, address, way):
    right = model_answers("ps2_missing_sum")
    setup = dict(cells_of("ps2_missing_sum"))["setup"]
    cells = [
        [setup, 60],
        [right["softmax_forward"], 60],
        [DIAGONAL, 60],
        [CHECK, 60],
        [right["softmax_backward"], 60],
        [CHECK, 60],
        ["while True:\n    pass", 1],
        ["softmax_forward(np.zeros((1, 2)))", 60],
    ]
    base = address if way == "http" else site.as_uri()
    done = subprocess.run(
        [str(node()), str(PROGRAM), firefox, base],
        input=json.dumps(cells),
        env={**os.environ, "NODE_PATH": str(PACKAGES)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    *_, wrong, _, passed, loop, after = seen["seen"]
    assert "You kept only the diagonal" in wrong["shown"] and not wrong["ok"]
    assert passed["ok"] and loop["stopped"] and "0.5" in after["shown"]
    assert "You kept only the diagonal" in seen["told"] and seen["outside"] == []
