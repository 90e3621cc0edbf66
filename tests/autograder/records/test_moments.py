"""What nbgrader writes is read without the library that reads everything, and is read the same."""

import subprocess
import sys

import pytest

from autograder.records import moments

STAMPS = [
    "2026-10-01 21:14:07 UTC",
    "2026-10-01 21:14:07.123456 UTC",
    "2026-10-01 21:14:07.000001 UTC",
    "2024-02-29 00:00:00 UTC",
    "1970-01-01 00:00:00 UTC",
]


@pytest.mark.parametrize("text", STAMPS)
def test_the_quick_way_gives_the_same_time_as_the_other(text, monkeypatch):
    quick = moments.read_moment(text)
    monkeypatch.setattr(moments, "_stamped", lambda text: None)
    assert quick == moments.read_moment(text)


@pytest.mark.parametrize(
    "text", ["2026-13-01 21:14:07 UTC", "2026-02-29 21:14:07 UTC", "2026-10-01 25:14:07 UTC", "1969-12-31 23:59:59 UTC"]
)
def test_a_stamp_that_is_no_time_is_refused(text):
    with pytest.raises(ValueError):
        moments.read_moment(text)


def test_to_read_a_stamp_the_library_is_not_imported():
    code = (
        "import sys\nfrom autograder.records.moments import read_moment\n"
        f"print(read_moment({STAMPS[0]!r}), 'dateutil' in sys.modules, 'babel' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "2026-10-01 21:14:07 False False\n"
