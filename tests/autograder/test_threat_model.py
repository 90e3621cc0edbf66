"""The page that tells instructors what they are protected from says what is so."""

import re

import pytest

from autograder.judging.judge import MOST_MEMORY
from autograder.judging.submission import MAX_BYTES, MAX_CELLS, MAX_VALUES
from autograder.sandbox.inside.wire import MAX_PARTS, MAX_TEXT
from autograder.sandbox.kinds import WASM
from autograder.sandbox.limits import Limits

from ..submissions import hostile_notebooks
from .notebooks import ROOT

PAGE = (ROOT / "chapters" / "threat_model.md").read_text()
HOSTILE = {path.stem for path in (ROOT / "tests" / "submissions" / "hostile").rglob("*.py")} | {
    *hostile_notebooks.EARNS_ALL,
    *hostile_notebooks.UNREADABLE,
}
LIMITS = Limits()


def test_every_attack_that_it_names_is_tried():
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE))
    assert len(named) > 50 and named <= HOSTILE


@pytest.mark.parametrize(
    "said",
    [
        f"{LIMITS.memory / 2**30:g} GB for the process",
        f"{LIMITS.files:,} files",
        f"{LIMITS.total:g} s for the whole submission",
        f"{LIMITS.cell:g} s for a cell",
        f"{LIMITS.call:g} s for a call",
        f"{LIMITS.threads} threads",
        f"{LIMITS.output / 1e6:g} MB of output",
        f"{LIMITS.reply / 1e6:g} MB for a reply",
        f"{MAX_TEXT:,} characters for a text and {MAX_PARTS:,} values for a reply",
        f"{MOST_MEMORY / 2**30:g} GB for the judge",
        f"{LIMITS.callbacks:,} times with {LIMITS.arguments:,} bytes",
        f"a submission are multiplied by {WASM.slowness:g}",
        f"{MAX_BYTES / 1e6:g} MB, {MAX_VALUES:,} values, {MAX_CELLS:,} cells",
    ],
)
def test_every_limit_is_the_one_in_force(said):
    assert said in PAGE
