"""The drawings of graphs and of Jacobians side by side."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from missingsum import figures_graphs
from missingsum.figures import PART, WHOLE
from missingsum.figures_graphs import Arrow

NODES = {"$t$": (0, 0), "$L$": (2, 0)}
THERE_AND_BACK = [Arrow("$t$", "$L$", "rate"), Arrow("$L$", "$t$", look="crossing", bend=0.2)]
DRAWINGS = {
    "graph": lambda: figures_graphs.graph(NODES, THERE_AND_BACK, {"text": (1, -1)}),
    "layered paths": lambda: figures_graphs.layered_paths(width=3, layers=2),
    "jacobians": lambda: figures_graphs.jacobians({"one": np.eye(3), "two": -np.eye(3), "three": np.ones((3, 3))}),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS.keys())
def test_a_drawing_is_the_same_svg_every_time(draw):
    first = draw()._repr_svg_()
    assert ElementTree.fromstring(first).tag.endswith("svg")
    assert draw()._repr_svg_() == first


def test_one_path_of_a_layered_network_is_straight_and_the_others_cross():
    one_layer, two_layers = (figures_graphs.layered_paths(3, layers).svg for layers in (1, 2))
    drawn = lambda svg, colour: svg.count(f"stroke: {colour}")
    assert drawn(two_layers, WHOLE) - drawn(one_layer, WHOLE) == 2, "one more straight arrow: its line and its head"
    assert drawn(two_layers, PART) - drawn(one_layer, PART) == 16, "eight more that cross"


def test_an_arrow_to_a_node_that_is_not_there_is_an_error():
    with pytest.raises(KeyError, match="q"):
        figures_graphs.graph(NODES, [Arrow("$t$", "$q$")])
