"""The format in which `tests/submissions` describes what a student hands in."""

import json

import pytest

from .submissions.make import read_student

SCORES = {"softmax_forward": [0, ["sign"]], "softmax_backward": [3, []]}


@pytest.fixture
def read(tmp_path):
    """Reads a submission that is written down like this."""

    def read(text):
        (tmp_path / "ada.py").write_text(text)
        return read_student(tmp_path / "ada.py")

    return read


def test_a_long_value_goes_on_in_indented_comments(read):
    header = json.dumps(SCORES, indent=4).replace("\n", "\n#   ")
    submission = read(f'"""Wrong."""\n# expect: {header}\n# handed in: later\n# %% softmax_forward\n#    1\n')
    assert json.loads(submission.header["expect"]) == SCORES
    assert submission.header["handed in"] == "later"
    assert submission.cells == (("softmax_forward", "#    1"),)


def test_a_comment_that_is_not_indented_goes_on_with_nothing(read):
    submission = read('"""Right."""\n# expect: {}\n# a remark\n# %% softmax_forward\n')
    assert submission.header["expect"] == "{}"


def test_an_unknown_key_is_refused(read):
    with pytest.raises(ValueError, match="unknown header lines"):
        read('"""Wrong."""\n# expects: {}\n')
