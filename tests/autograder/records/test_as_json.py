"""The quick writer of JSON writes what the standard library's writes."""

import json

import pytest

from autograder.checking.protocol import Outcome
from autograder.records.as_json import as_json


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        None,
        True,
        -0.5,
        1e300,
        float("nan"),
        'é "quoted" \\ \n \ud800 </script>',
        Outcome.WRONG,
        {"a": [], "b": {}, "c": [1, [2, {"d": (3.0, "x")}]], "é": {"e": None}},
        [[], [[]], {"": ""}],
    ],
)
def test_it_is_the_text_of_the_standard_library(value):
    assert as_json(value) == json.dumps(value, indent=1)
