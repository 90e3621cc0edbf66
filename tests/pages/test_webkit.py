"""A problem set in WebKitGTK, which is near to what phones of one maker run, from a server and from a folder."""

from __future__ import annotations

import pytest

from .live import cells_of, page_of
from .webkit import in_webkit, lacking

SET = "ps2_missing_sum"
DIAGONAL = "def softmax_backward(s, g):\n    return g * s * (1 - s)\n"
CHECK = "check.ps2.softmax_backward(softmax_backward)"
pytestmark = [pytest.mark.pages, pytest.mark.skipif(bool(lacking()), reason=f"{lacking()} is not there")]


@pytest.mark.parametrize("way", ["http", "file"])
def test_webkit_solves_a_set_stops_loops_and_tells_mistakes(site, address, way):
    """The test's server packs what is packed already, as some do, and this browser unpacks only one of the two."""
    solutions = list(cells_of(SET))
    cells = [(source, 60.0) for _, source in solutions]
    cells += [(DIAGONAL, 60), (CHECK, 60), ("while True:\n    pass", 1), ("softmax_forward(np.zeros((1, 2)))", 60)]
    seen = in_webkit(f"{address if way == 'http' else site.as_uri()}/{page_of(SET)}", cells)
    failed = {name: each["shown"] for (name, _), each in zip(solutions, seen) if not each["ok"]}
    assert len(solutions) > 8 and failed == {}
    *_, wrong, loop, after = seen
    assert "You kept only the diagonal" in wrong["shown"] and loop["stopped"] and "0.5" in after["shown"]
