"""Give the Python of the pages (`in_page`) what stands there in place of scikit-learn and of Matplotlib's figures.

Of scikit-learn it is the digits alone, which problem set 6 trains on: 44 KB.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sphinx.application import Sphinx
from sphinx.config import Config

FIGURES = Path(__file__).with_name("page_python") / "figures.py"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", add_data)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_data(app: Sphinx, config: Config) -> None:
    from sklearn.datasets import load_digits

    X, labels = load_digits(return_X_y=True)
    numbers = np.concatenate([X.ravel(), labels]).astype(np.uint8)
    config.in_page_data = {
        **config.in_page_data,
        "sklearn/digits.bin": numbers.tobytes(),
        "missingsum/figures.py": FIGURES.read_bytes(),
    }
