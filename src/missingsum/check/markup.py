"""A report as HTML for notebooks: no script, no colours but the theme's, and whatever a student's code says is text."""

from __future__ import annotations

from html import escape

from missingsum import book
from missingsum.check.report import MORE, Report, Step, same_reason
from missingsum.explain.facts import Example
from missingsum.slips import Slip
from missingsum.text import sentence
from missingsum.verdict import Verdict
from missingsum.where.place import Place

_EDGE = {
    True: "var(--jp-success-color1, var(--pst-color-success, var(--vscode-testing-iconPassed, currentcolor)))",
    False: "var(--jp-error-color1, var(--pst-color-danger, var(--vscode-testing-iconFailed, currentcolor)))",
}
"""The colours that JupyterLab, the book and VS Code have for good and bad."""
_WORDS = {
    Verdict.RIGHT: "passed",
    Verdict.WRONG: "<strong>not passed</strong>",
    Verdict.TOO_SMALL: "<strong>not judged</strong>",
}
_CELL = 'style="text-align: left; vertical-align: top"'
_HEAD = 'style="text-align: left; vertical-align: top; overflow-wrap: normal"'


def html(report: Report) -> str:
    """The report as one block that reads well without style: viewers take it from notebooks they do not trust."""
    passed = not report.failed
    count = f": {report.count}" if report.steps else ""
    parts = [
        f'<div class="mathjax_ignore tex2jax_ignore" role="group" aria-label="Check of {_text(report.function)}" '
        f'style="border-left: 0.25em solid {_EDGE[passed]}; padding-left: 0.8em; overflow-wrap: anywhere">',
        f"<p><strong>{_mark(report.verdict)} {_text(report.headline)}</strong>{count}</p>",
        _table(report) if report.steps else "",
        f"<p>{_text(sentence(report.first))}</p>" if report.first else "",
        *(
            f"<p><strong>What happened:</strong> {_text(slip.explanation)} Read: {_link(slip)}.</p>"
            for slip in report.explanations
        ),
        f"<p>{_text(report.more)}</p>" if report.more else "",
        f"<p>{_text(report.seen)}</p>" if report.seen else "",
        f"<p>{_text(report.unknown)}</p>" if report.unknown else "",
        f"<p><strong>Where:</strong> {_place(report.place)}. {_text(MORE)}</p>" if report.place else "",
        _example(report.example) if report.example else "",
        "</div>",
    ]
    return "\n".join(part for part in parts if part)


def _example(example: Example) -> str:
    """The numbers of an example as a table."""
    rows = "\n".join(
        f'<tr><th scope="row" {_CELL}>{_text(name) if k == 0 else ""}</th>'
        + "".join(f'<td style="text-align: right">{_text(cell)}</td>' for cell in row)
        + "</tr>"
        for name, table in example.tables
        for k, row in enumerate(table)
    )
    return f"<p>{_text(example.title)}</p>\n<table>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _table(report: Report) -> str:
    head = "".join(
        f'<th scope="col" {_HEAD}>{title}</th>' for title in ("Result", "What must hold", "Largest relative error")
    )
    rows = "\n".join(f"<tr>{_row(step, others)}</tr>" for step, others in report.folded)
    return f'<table style="margin: 0.5em 0">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>'


def _row(step: Step, others: list[str]) -> str:
    result = f"{_mark(step.verdict)} {_WORDS[step.verdict]}"
    problem = "" if step.passed else f"<br>{_text(sentence(step.problem))}"
    problem += f"<br>{_text(sentence(same_reason(others)))}" if others else ""
    cells = (
        f'<span style="white-space: nowrap">{result}</span>',
        _text(sentence(step.name)) + problem,
        _text(step.measured) or "–",
    )
    return "".join(f"<td {_CELL}>{cell}</td>" for cell in cells)


def _place(place: Place) -> str:
    """As `Place` says it, with the student's text as code."""
    spots = [
        f"line {spot.line}: <code>{_text(spot.text)}</code>"
        + (f" in <code>{_text(spot.around)}</code>" if spot.around else "")
        for spot in place.spots
    ]
    return "Look at " + ", and at ".join(spots)


def _mark(verdict: Verdict) -> str:
    return f'<span aria-hidden="true">{verdict.mark}</span>'


def _link(slip: Slip) -> str:
    address = book.page(slip)
    return (
        f'<a href="{_text(address)}" style="text-decoration: underline">{_text(slip.where)}</a>'
        if address
        else f"<em>{_text(slip.where)}</em>"
    )


def _text(text: str) -> str:
    return escape(text, quote=True)
