"""Numbers side by side, written for people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np


class Table:
    """Numbers side by side: one column a name, one row a label."""

    def __init__(
        self, corner: str, rows: Sequence[object], columns: Mapping[str, Sequence[object]], digits: int = 3
    ) -> None:
        self.head = [corner, *columns]
        self.body = [
            [str(row), *(_number(values[i], digits) for values in columns.values())] for i, row in enumerate(rows)
        ]

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        body = "".join(
            f'<tr><th scope="row">{escape(label)}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for label, *cells in self.body
        )
        return f'<table class="dataframe"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'

    def __repr__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.body)]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths)) for row in (self.head, *self.body)
        )


def table(corner: str, rows: Sequence[object], columns: Mapping[str, Sequence[object]], digits: int = 3) -> Table:
    """A table with the row labels ``rows`` under the heading ``corner``, and a column for each entry of ``columns``."""
    return Table(corner, rows, columns, digits)


def rounded(value: float, digits: int) -> str:
    """Decimals with a real minus sign and without minus zero."""
    return f"{round(float(value), digits) + 0.0:.{digits}f}".replace("-", "−")


def _number(value: Any, digits: int) -> str:
    """A number as a person writes it; a power of ten where decimals would show zeros only, unless it is rounding."""
    if not isinstance(value, (float, np.floating)):
        return re.sub(r"(?<=\de)-(?=\d)", "−", str(value))  # after a hyphen a narrow table would begin a new line
    number = float(value)
    if np.isfinite(number) and 1e-12 < abs(number) < 0.5 * 10.0**-digits:
        return f"{number:.0e}".replace("-", "−")
    return rounded(number, digits)
