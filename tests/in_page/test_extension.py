"""The extension says in one line why a site has no button, or refuses to build where the engine is required."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from in_page import extension


@pytest.fixture
def app(tmp_path):
    config = SimpleNamespace(in_page_pages={"*": "cells"}, in_page_packages=["src/gone"])
    return SimpleNamespace(config=config, builder=SimpleNamespace(format="html"), srcdir=str(tmp_path))


def test_without_the_engine_one_line_says_so(app, monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("REQUIRE_ENGINE", raising=False)
    monkeypatch.setenv("IN_PAGE_CACHE", str(tmp_path))
    made = []
    extension.make(made, app, None)
    assert made == [None] and capsys.readouterr().err.count("\n") == 1


def test_a_package_that_is_not_there_is_named(app, monkeypatch, capsys):
    monkeypatch.setattr(extension, "lacking", lambda: "")
    extension.make([], app, None)
    assert capsys.readouterr().err == "Pages have no button that runs code: there is no src/gone\n"


def test_where_the_engine_is_required_a_site_is_not_built_without_it(app, monkeypatch):
    monkeypatch.setenv("REQUIRE_ENGINE", "1")
    monkeypatch.setattr(extension, "lacking", lambda: "Python for the pages has not been fetched")
    with pytest.raises(ExtensionError, match="has not been fetched"):
        extension.make([], app, None)


@pytest.mark.parametrize(("page", "kind"), [("a/b", "notebook"), ("c/d", "cells"), ("index", "")])
def test_the_first_pattern_that_fits_a_page_counts(page, kind):
    pages = {"a/*": "notebook", "*/*": "cells"}
    assert extension.kind_of(SimpleNamespace(config=SimpleNamespace(in_page_pages=pages)), page) == kind


def test_a_kind_that_there_is_not_is_refused():
    config = SimpleNamespace(in_page_pages={"*": "lab"})
    with pytest.raises(ExtensionError, match="'lab' is no kind of page"):
        extension.kind_of(SimpleNamespace(config=config), "index")
