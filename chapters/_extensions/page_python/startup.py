"""Runs once when Python starts in a page (`in_page`): a check's links lead into the book, and it tells in two steps.

``site`` is the address of the book, ``show`` shows a piece of output. Where the mistake is follows in a second report.
"""

from pathlib import Path

from missingsum.check import markup, running

Path("book.txt").write_text(site, encoding="utf-8")  # noqa: F821
running.before_the_place.append(lambda report: show("early", markup.html(report)))  # noqa: F821
