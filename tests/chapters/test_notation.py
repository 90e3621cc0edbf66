"""Each symbol of the book means one thing: the pages' formulas against the table of the page on notation."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from .built_book import ROOT

CHAPTERS = ROOT / "chapters"
PAGES = {str(page.relative_to(CHAPTERS)): page.read_text("utf-8") for page in sorted(CHAPTERS.rglob("*.md"))}
GREEK = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|varphi|chi|psi|omega"
    "|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega|ell"
)
OTHERS = "odot|otimes|partial|nabla|cdot"
DECORATED = rf"\\(?P<hat>bar|hat|tilde)\s*\{{?\s*(?P<under>\\(?:{GREEK})(?![a-zA-Z])|[A-Za-z])\}}?"
SYMBOL = re.compile(
    rf"{DECORATED}|(?P<differential>d(?=\s*[A-Za-z]|\}}))|(?P<exponential>e(?!_))"
    rf"|\\(?P<named>{GREEK}|{OTHERS})(?![a-zA-Z])|\\math(?P<bold>bf\s*\{{?1|bb\s*\{{?E)|(?P<command>\\[a-zA-Z]+)|(?P<letter>[A-Za-z])"
)
ONE_MEANING = {"t", "g", "phi", "varphi", "m", "v", "D", "H", "K", "otimes"}
"""Symbols that once had two meanings, and must not get a second one again."""
WORDS = re.compile(
    r"\\(text|operatorname|mathrm|label|begin|end)\s*\{[^}]*\}|\\math(sf|rm)\s*[A-Za-z]|\[\d+pt\]|^:.*$", re.MULTILINE
)


def formulas(page: str) -> Iterator[str]:
    """The TeX of a page, that of captions with it and that of code left out."""
    page = re.sub(
        r"^```\{code-cell\}[^\n]*\n(---\n.*?\n---\n|(?::[^\n]*\n)*).*?^```", r"\1", page, flags=re.DOTALL | re.MULTILINE
    )
    page = re.sub(r"^```[a-z]+\n.*?^```|``?[^`\n]+``?(?!`)", "", page, flags=re.DOTALL | re.MULTILINE)
    yield from re.findall(r"^```\{math\}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    yield from re.findall(r"\$([^$]+)\$", page)


def symbols(formula: str) -> Iterator[str]:
    """``e`` with an index and ``e`` with an exponent are two; the d of a differential is none, nor is a word."""
    for found in SYMBOL.finditer(WORDS.sub(" ", formula)):
        kind = found.lastgroup
        if kind == "under":
            yield f"{found['hat']} {found['under'].removeprefix(chr(92))}"
        elif kind == "exponential":
            yield "e^"
        elif kind == "bold":
            yield found["bold"][-1]
        elif kind in ("named", "letter"):
            yield found[kind]


def numbers(cell: str) -> set[str]:
    """The chapters that a cell names."""
    return {number.zfill(2) for number in re.findall(r"\d+", cell)}


def listed(tables: str) -> Iterator[tuple[str, set[str]]]:
    """The symbols of tables and the chapters that may use them, none for all."""
    for symbol_cell, where in re.findall(r"^\| (\$.*?) \| (.*?) \|", tables, re.MULTILINE):
        for formula in re.findall(r"\$([^$]+)\$", symbol_cell):
            yield next(symbols(formula)), numbers(where)


def notation_problems(pages: dict[str, str]) -> Iterator[str]:
    tables = pages["notation.md"].partition("(conventions)=")[0]
    first, _, second = tables.partition("(other-meanings)=")
    allowed: dict[str, set[str]] = {}
    for symbol, chapters in listed(first):
        if symbol in allowed:
            yield f"{symbol} is listed twice"
        allowed[symbol] = chapters
    for symbol, chapters in listed(second):
        if symbol in ONE_MEANING or allowed.get(symbol, set()) & chapters:
            yield f"{symbol} is listed with another meaning"
        allowed[symbol] = allowed.get(symbol, set()) | chapters
    used: dict[str, set[str]] = {}
    for name, page in pages.items():
        chapter = name[:2] if name[:2].isdigit() else ""
        for symbol in {
            symbol for formula in formulas(page.partition("(what-others-write)=")[0]) for symbol in symbols(formula)
        }:
            used.setdefault(symbol, set()).add(chapter if name != "notation.md" else "notation")
            if symbol not in allowed:
                yield f"{name}: {symbol} is not listed"
            elif chapter and allowed[symbol] and chapter not in allowed[symbol]:
                yield f"{name}: {symbol} is a symbol of other chapters"
    for symbol, chapters in allowed.items():
        if not used.get(symbol, set()) - {"notation"} or chapters - used[symbol]:
            yield f"{symbol} is not used where the table says"


def test_every_symbol_of_a_formula_has_its_one_meaning_in_the_table():
    assert sorted(notation_problems(PAGES)) == []


TABLE = """
| $z$, $\\bar v$ | all |
| $t$ | 2 |
| $e_t$, $e^z$ | all |
(other-meanings)=
| $t$ | 3 |
(conventions)=
"""
ALL = "$z_t, \\bar v, e_t, e^z, \\frac{dz}{dt}$ and `$q$`"


@pytest.mark.parametrize(
    ("table", "page", "problems"),
    [
        ("", "", []),
        ("", "$z + q$", ["02.md: q is not listed"]),
        ("", "```{math}\n:label: v\nz \\hat v\n```", ["02.md: hat v is not listed"]),
        ("| $f$ | 3 |\n", "$f$", ["02.md: f is a symbol of other chapters", "f is not used where the table says"]),
        ("| $f$ | 2, 3 |\n", "$f$", ["f is not used where the table says"]),
        ("| $z$ | all |\n", "", ["z is listed twice"]),
    ],
)
def test_the_check_of_symbols_sees_what_is_wrong(table, page, problems):
    notation = table + TABLE.replace("| $t$ | 3 |\n", "")
    assert list(notation_problems({"notation.md": notation, "02.md": f"{ALL}\n{page}"})) == problems


@pytest.mark.parametrize(
    ("second", "problems"),
    [("| $z$ | 3 |", 0), ("| $t$ | 3 |", 1), ("| $w$ | 2 |", 1)],
    ids=["another chapter", "must have one meaning", "the same chapter"],
)
def test_the_check_of_symbols_sees_a_second_meaning(second, problems):
    notation = (
        TABLE.replace("$z$", "$w$").replace("| $t$ | 3 |", second).replace("| $w$, $\\bar v$ | all |", "| $w$ | 2 |")
    )
    found = [p for p in notation_problems({"notation.md": notation, "02.md": "$w$", "03.md": "$t$"}) if "meaning" in p]
    assert len(found) == problems
