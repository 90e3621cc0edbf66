"""Other projects' published cases and test files, run on the reference.

Where the two differ, mpmath says who is right. A test that asks for what the reference leaves out, or does otherwise,
on purpose is counted with its reason.
"""

from __future__ import annotations

from machine import lines

PACKAGES = ("numpy", "mpmath", "onnx", "torch", "scipy", "scikit-learn", "jax", "optax", "keras")


def measure(options) -> dict[str, object]:
    from suites import files, onnx_cases, opinfo

    return {"rows": [tally.row() for suite in (onnx_cases, opinfo, files) for tally in suite.run()]}


def table(measured) -> str:
    head = ["", "run", "passed", "failed", "peer wrong", "differences"]
    rows = [
        [
            f"{row['suite']} {row['version']}",
            *(str(n) for n in (row["run"], row["passed"], len(row["failed"]), len(row["peer_wrong"]))),
            str(sum(row["differences"].values())),
        ]
        for row in measured["rows"]
    ]
    total = [str(sum(int(row[k]) for row in rows)) for k in range(1, len(head))]
    notes = []
    for row in measured["rows"]:
        notes += [f"  {row['suite']}, failed: {name}" for name in row["failed"]]
        notes += [f"  {row['suite']}, peer wrong: {name}: {word}" for name, word in row["peer_wrong"].items()]
        notes += [f"  {row['suite']}, {count} times: {reason}" for reason, count in row["differences"].items()]
    return "\n".join([lines(head, [*rows, ["together", *total]]), *notes])
