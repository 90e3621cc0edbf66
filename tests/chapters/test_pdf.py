"""The book as one PDF: everything unfolded, with contents, page numbers and an outline."""

from __future__ import annotations

import importlib.util
import re
import sys
from io import BytesIO
from types import ModuleType

import pytest
from pypdf import PdfReader

from .built_book import ROOT, parse


@pytest.fixture(scope="module")
def pdf() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_pdf", ROOT / "tools" / "pdf.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_site_becomes_one_pdf(built_twice, pdf):
    book = PdfReader(BytesIO(built_twice.pdf))
    texts = [paper.extract_text() for paper in book.pages]
    assert "The answer that was folded." in "".join(texts)
    numbers = pdf.numbers_in(built_twice.pdf)
    told = {title: int(number) for title, number in re.findall(r"^(.+?) +(\d+)$", texts[1], re.MULTILINE)}
    assert {"A page", "Near", "The second page", "Far away", "Problem sets"} <= told.keys()
    assert told["Far away"] == numbers["page-1-far-away"] > told["The second page"] > told["A page"] > 1
    assert "The end." in texts[told["Far away"] - 1]
    assert all(number in text.split() for number, text in zip(map(str, range(1, 99)), texts))
    first, [near], second, [far] = book.outline[:4]
    assert [item.title for item in (first, near, second, far)] == ["A page", "Near", "The second page", "Far away"]
    assert book.get_destination_page_number(far) + 1 == told["Far away"]


def test_every_page_of_the_site_links_to_the_pdf_once_it_is_made(built_twice):
    assert "missing-sum.pdf" not in built_twice.before("chapters/index.html")
    [link] = parse(built_twice.after("chapters/index.html")).select('a[href$="missing-sum.pdf"]')
    paper = built_twice.second.html / "chapters" / link["href"]
    assert paper.resolve().read_bytes() == built_twice.pdf


def test_places_of_two_pages_are_kept_apart(pdf, tmp_path):
    (tmp_path / "chapters").mkdir()
    menu = '<nav class="bd-links"><a class="internal" href="#">A</a><a class="internal" href="b.html">B</a></nav>'
    for name, other in (("index", "b"), ("b", "index")):
        (tmp_path / "chapters" / f"{name}.html").write_text(
            f'{menu}<article class="bd-article"><section id="same"><h1>{name}</h1><img src="../_images/{name}.svg">'
            f'<a href="{other}.html#same">other</a><a href="#same">own</a><a href="https://example.org">out</a>'
            "<details><p>folded</p></details></section></article>"
        )
    (tmp_path / "index.html").write_text("<title>Both</title>")
    page = parse(pdf.whole(tmp_path).html({}))
    names = [tag["id"] for tag in page.find_all(id=True)]
    assert len(names) == len(set(names)) and {"page-0-same", "page-1-same"} <= set(names)
    links = [link["href"] for link in page.select("article a")]
    assert links == ["#page-1-same", "#page-0-same", "https://example.org", "#page-0-same", "#page-1-same", links[2]]
    assert [image["src"] for image in page.select("img")] == ["_images/index.svg", "_images/b.svg"]
    assert all(details.has_attr("open") for details in page.select("details"))
