"""Forward and backward of softmax-cross-entropy, one thread: time as a multiple of PyTorch's, in one run.

``copy`` is what reading the logits and writing the gradient once costs at the bandwidth of the memory, measured by
copying an array that no cache holds: the limit that the memory sets. ``memory`` is the most that our fast form holds
beside the gradient.
"""

from __future__ import annotations

import tracemalloc

import numpy as np
from machine import fastest, lines
from peers import peers

import reference

SHAPES = [(128, 10), (4096, 10), (4096, 1000), (1024, 32000)]
SLOW = 32_000_000
"""From so many logits on, the textbook form with its c × c identity matrix is left out."""
BEYOND_CACHES = 256_000_000
"""Bytes to copy when the bandwidth of the memory is measured."""


def measure(options) -> dict[str, object]:
    return {"rows": [_row(shape, dtype, options.seconds) for dtype in (np.float32, np.float64) for shape in SHAPES]}


def table(measured) -> str:
    names = list(dict.fromkeys(name for row in measured["rows"] for name in row["seconds"] if name != "copy"))
    base = "PyTorch" if "PyTorch" in names else "copy"
    rows = []
    for row in measured["rows"]:
        seconds = row["seconds"]
        cells = [f"{seconds[name] / seconds[base]:.2f}" if name in seconds else "–" for name in names]
        rows.append(
            [
                f"{row['dtype']} {tuple(row['shape'])}",
                f"{seconds[base] * 1e3:.3g} ms",
                *cells,
                f"{seconds['ours, fast'] / seconds['copy']:.1f}",
                f"{row['extra_bytes'] / 1e6:.2f} MB",
            ]
        )
    return lines(["", base, *names, "fast / copy", "memory"], rows)


def _row(shape: tuple[int, int], dtype: type, seconds: float) -> dict[str, object]:
    rng = np.random.default_rng(0)
    z = rng.normal(size=shape, scale=3).astype(dtype)
    labels = rng.integers(shape[1], size=shape[0])
    functions = peers(z, labels)
    if z.size >= SLOW:
        del functions["textbook NumPy"]
    out = np.empty_like(z)
    source = np.ones(BEYOND_CACHES, dtype=np.uint8)
    target = np.empty_like(source)
    functions["copy"] = lambda: np.copyto(target, source)
    took = fastest(functions, seconds)
    took["copy"] *= z.nbytes / source.nbytes
    return {
        "dtype": np.dtype(dtype).name,
        "shape": list(shape),
        "seconds": took,
        "extra_bytes": _extra_bytes(z, labels, out),
    }


def _extra_bytes(z: np.ndarray, labels: np.ndarray, out: np.ndarray) -> int:
    tracemalloc.start()
    try:
        reference.cross_entropy_from_labels(z, labels, out=out)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
