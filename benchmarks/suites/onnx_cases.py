"""ONNX's published node cases for softmax, log-softmax and two losses: inputs and expected outputs, no gradients."""

from __future__ import annotations

import warnings

import numpy as np
from mpmath import mp

import reference
from suites import formulas
from suites.outcome import Tally, exactly
from suites.shapes import as_rows, back

OPERATORS = ("Softmax", "LogSoftmax", "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss")


def run() -> list[Tally]:
    import onnx
    from onnx import helper
    from onnx.backend.test.case.node import collect_testcases

    tallies = {name: Tally(f"ONNX {name}", onnx.__version__) for name in OPERATORS}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = collect_testcases(None)
    for case in cases:
        node = case.model.graph.node[0]
        if node.op_type not in OPERATORS or "_expanded" in case.name:  # an expanded case is the same numbers again
            continue
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        for inputs, outputs in case.data_sets:
            arrays = [np.asarray(a) for a in inputs]
            tallies[node.op_type].settle(
                case.name,
                lambda arrays=arrays, node=node, attributes=attributes, outputs=outputs: _ours(
                    node.op_type, arrays, attributes, len(outputs)
                ),
                [np.asarray(a) for a in outputs],
                lambda arrays=arrays, node=node, attributes=attributes, outputs=outputs: _truth(
                    node.op_type, arrays, attributes, len(outputs)
                ),
            )
    return list(tallies.values())


def _ours(operator: str, arrays: list[np.ndarray], attributes: dict, outputs: int) -> list[np.ndarray]:
    x = arrays[0]
    if operator in ("Softmax", "LogSoftmax"):
        axis = attributes.get("axis", -1)
        rows, shape = as_rows(x, axis)
        function = reference.softmax_forward if operator == "Softmax" else reference.log_softmax_forward
        return [back(function(rows), shape, axis, x.ndim)]
    rows, shape = as_rows(x, 1)
    labels = arrays[1].reshape(-1)
    reduction = attributes.get("reduction", b"mean").decode()
    options = {"reduction": reduction, "class_weights": arrays[2] if len(arrays) > 2 else None}
    ignored = attributes.get("ignore_index", -100)
    if operator == "SoftmaxCrossEntropyLoss":
        loss = reference.cross_entropy_from_labels_forward(rows, labels, ignored, **options)
    else:
        loss = reference.nll_from_labels_forward(rows, labels, ignored, **options)
    result = [loss.reshape(arrays[1].shape) if reduction == "none" else np.asarray(loss)]
    if outputs == 2:
        result.append(back(reference.log_softmax_forward(rows), shape, 1, x.ndim))
    return result


def _truth(operator: str, arrays: list[np.ndarray], attributes: dict, outputs: int) -> list[np.ndarray]:
    x = arrays[0]
    axis = attributes.get("axis", -1) if operator in ("Softmax", "LogSoftmax") else 1
    rows, shape = as_rows(x, axis)
    with mp.workdps(60):
        z = exactly(rows)
        if operator == "Softmax":
            return [back(formulas.softmax(z), shape, axis, x.ndim)]
        if operator == "LogSoftmax":
            return [back(formulas.log_softmax(z), shape, axis, x.ndim)]
        labels = arrays[1].reshape(-1)
        log_s = formulas.log_softmax(z) if operator == "SoftmaxCrossEntropyLoss" else z
        kept = labels != attributes.get("ignore_index", -100)
        weights = exactly(arrays[2] if len(arrays) > 2 else np.ones(rows.shape[1]))
        w = np.array([weights[t] if k else mp.mpf(0) for t, k in zip(labels, kept)], dtype=object)
        losses = np.array(
            [-v * row[t] if k else mp.mpf(0) for v, row, t, k in zip(w, log_s, labels, kept)], dtype=object
        )
        reduction = attributes.get("reduction", b"mean").decode()
        total = losses.sum() / w.sum() if reduction == "mean" else losses.sum()
        first = losses.reshape(arrays[1].shape) if reduction == "none" else np.array(total, dtype=object)
        return [first] + ([back(formulas.log_softmax(z), shape, 1, x.ndim)] if outputs == 2 else [])
