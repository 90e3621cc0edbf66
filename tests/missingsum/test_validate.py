"""`nbgrader validate` tells a student what the checks in the notebook tell."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from missingsum.slips import SLIPS

ROOT = Path(__file__).parents[2]
RELEASED = ROOT / "exercises" / "ps2_missing_sum" / "ps2_missing_sum.ipynb"
FORWARD = """def softmax_forward(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)"""


def validate(folder: Path, sources: dict[str, str]) -> str:
    """What the command says of the released notebook, cut to the cells that matter, with these sources."""
    notebook = json.loads(RELEASED.read_bytes())
    wanted = {"setup", "softmax_forward", "softmax_backward", "test_softmax_forward", "test_softmax_backward"}
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] in wanted]
    for cell in notebook["cells"]:
        cell["source"] = sources.get(cell["id"], cell["source"])
    (folder / "ps2_missing_sum.ipynb").write_text(json.dumps(notebook))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", "ps2_missing_sum.ipynb"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("backward", "said"),
    [
        (
            "def softmax_backward(s, g):\n    return s * (g - (s * g).sum(axis=1, keepdims=True))",
            "Success! Your notebook passes all the tests.",
        ),
        ("def softmax_backward(s, g):\n    return g * s * (1 - s)", f"→ {SLIPS['missing-sum'].explanation}"),
    ],
    ids=["right", "diagonal only"],
)
def test_validate_passes_right_work_and_shows_the_diagnosis_of_wrong_work(tmp_path, backward, said):
    shown = " ".join(validate(tmp_path, {"softmax_forward": FORWARD, "softmax_backward": backward}).split())
    assert said in shown and "..." not in shown
