"""How to cite the course, and what one may do with it, stands in the book and comes from CITATION.cff."""

from __future__ import annotations

import sys
from datetime import date

import pytest
import yaml

from missingsum import __version__

from .built_book import ROOT, parse

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))
import citation

WORK = yaml.safe_load((ROOT / "CITATION.cff").read_text())


def test_the_first_page_says_how_to_cite_the_course(book):
    section = (
        parse((book.html / "chapters/index.html").read_text("utf-8")).select_one("#how-to-cite").find_parent("section")
    )
    said = " ".join(section.get_text().split())
    assert WORK["title"] in said and f"version {WORK['version']}" in said and str(WORK["date-released"].year) in said
    assert section.select_one("pre").get_text().strip() == citation.bibtex(WORK)
    assert "CC BY 4.0" in said and "MIT" in said


def test_every_page_names_both_licences(book):
    for page in book.pages:
        if page.name != "404.html" and "http-equiv" not in (text := page.read_text("utf-8")):
            footer = parse(text).select_one("footer.bd-footer-content").get_text()
            assert "CC BY 4.0" in footer and "MIT" in footer, page


def test_the_citation_is_of_this_version():
    assert WORK["version"] == __version__
    assert set(WORK["license"]) == {"MIT", "CC-BY-4.0"} and WORK["cff-version"] == "1.2.0"


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"name": "The Group"}, "{The Group}"),
        ({"given-names": "Ada", "family-names": "Lovelace"}, "Ada Lovelace"),
    ],
)
def test_people_and_groups_are_cited_by_name(author, name):
    work = {"authors": [author, {"name": "Others"}], "title": "T", "date-released": date(2026, 1, 2), "version": "1"}
    entry = citation.bibtex(work, "https://example.org/")
    assert (
        f"author  = {{{name} and {{Others}}}}" in entry
        and "year    = {2026}" in entry
        and "url     = {https://example.org/}" in entry
    )
