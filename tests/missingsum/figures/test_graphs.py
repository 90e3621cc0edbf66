"""The drawings of graphs: which arrows there are, and of which kind."""

from __future__ import annotations

import pytest

from missingsum import figures
from missingsum.figures.drawing import PART, WHOLE


def drawn(drawing: figures.Drawing, colour: str) -> int:
    """How many strokes have this colour; an arrow is two of them, its line and its head."""
    return drawing.svg.count(f"stroke: {colour}")


def test_one_path_of_a_layered_network_is_straight_and_the_others_cross():
    one_layer, two_layers = (figures.layered_paths(3, layers) for layers in (1, 2))
    assert drawn(two_layers, WHOLE) - drawn(one_layer, WHOLE) == 2, "one more straight arrow"
    assert drawn(two_layers, PART) - drawn(one_layer, PART) == 16, "eight more that cross"


def test_every_further_class_is_one_more_path_through_softmax_and_none_through_an_elementwise_activation():
    three, four = figures.paths(c=3), figures.paths(c=4)
    assert drawn(three, WHOLE) == drawn(four, WHOLE)
    assert drawn(four, PART) - drawn(three, PART) == 4, (
        "an arrow from the logit to the new output and one from there to the loss"
    )


def test_an_arrow_to_a_node_that_is_not_there_is_an_error():
    with pytest.raises(KeyError, match="q"):
        figures.graph({"$t$": (0, 0), "$L$": (2, 0)}, [figures.Arrow("$t$", "$q$")])
