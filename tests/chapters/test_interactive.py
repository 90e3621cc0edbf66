"""The interactive figures: their mathematics against NumPy, and their tables before and after a key moves them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from ..browser import problems, visit
from .built_book import FIGURES, ROOT, build, parse, write

sys.path.insert(0, str(ROOT / "chapters" / "_extensions"))
import starting_values

MATHEMATICS = ROOT / "chapters" / "_static" / "figures" / "mathematics.js"
CELLS = """figure => [...figure.querySelectorAll('tbody tr')].map(
  row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"""


@pytest.fixture(scope="module")
def call(browser):
    """Calls a JavaScript function that may use mathematics.js, and gives its result as an array."""
    page = browser.new_page()
    page.add_script_tag(path=MATHEMATICS)

    def call(function: str, *arguments) -> np.ndarray:
        plain = [argument.tolist() if isinstance(argument, np.ndarray) else argument for argument in arguments]
        spelled = page.evaluate(
            f"""plain => {{
          const spell = value => Array.isArray(value) ? value.map(spell) : String(value);
          return spell(({function})(...plain));
        }}""",
            plain,
        )
        return np.array(spelled, dtype=float)

    yield call
    page.close()


def softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z - z.max())
    return powers / powers.sum()


def example(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits, targets that do not add up to 1, and an upstream gradient."""
    rng = np.random.default_rng(seed)
    c = int(rng.integers(2, 8))
    return rng.normal(scale=3, size=c), rng.random(c), rng.normal(size=c)


def same(measured: np.ndarray, expected: np.ndarray, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(measured, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("seed", range(4))
def test_the_pieces_are_what_numpy_computes(call, seed):
    z, y, g = example(seed)
    s = softmax(z)
    J = np.diag(s) - np.outer(s, s)
    same(call("missingSum.softmax", z), s)
    same(call("missingSum.softmaxWithoutMax", z), s)
    same(call("missingSum.jacobian", s), J)
    same(call("missingSum.diagonalOf", J), np.diag(np.diag(J)))
    same(call("missingSum.vjp", g, J), g @ J)
    same(call("missingSum.vjp", g, np.triu(J)), g @ np.triu(J))
    same(call("missingSum.crossEntropy", s, y), -(y * np.log(s)).sum())
    same(call("missingSum.crossEntropyUpstream", s, y), -y / s)
    same(call("missingSum.squaredError", s, y), ((s - y) ** 2).sum() / 2)
    same(call("missingSum.squaredErrorUpstream", s, y), s - y)
    same(call("missingSum.wholeSum", s, y), (-y / s) @ J)
    same(call("missingSum.straightOnly", s, y), -y / s * np.diag(J))
    same(call("missingSum.twoSteps", s, y), (-y / s) @ J)
    same(call("missingSum.fused", s, y), s - y)


@pytest.mark.parametrize("seed", range(4))
def test_numeric_derivatives_are_what_numpy_computes(call, seed):
    z, _, _ = example(seed)
    t, j, h = 1, 0, 1e-3

    def loss(z):
        return np.log(np.exp(z).sum()) - z[t]

    step = h * np.eye(len(z))[j]
    same(call("missingSum.loss", z, t), loss(z))
    same(call("missingSum.forwardDifference", z, t, j, h), (loss(z + step) - loss(z)) / h, 1e-11)
    same(call("missingSum.centralDifference", z, t, j, h), (loss(z + step) - loss(z - step)) / (2 * h), 1e-11)
    same(call("missingSum.complexStep", z, t, j, h), loss(z + 1j * step).imag / h)
    same(call("missingSum.complexStep", z, t, j, 1e-20), softmax(z)[j])
    single = z.astype(np.float32)
    same(
        call("(z, t) => missingSum.loss(z, t, Math.fround)", single, t),
        np.log(np.exp(single - single.max()).sum()) + single.max() - single[t],
        1e-6,
    )


@pytest.mark.parametrize(
    ("gradient", "numpy_gradient"), [("wholeSum", lambda s, y: s - y), ("straightOnly", lambda s, y: -y * (1 - s))]
)
def test_descent_takes_the_steps_that_numpy_takes(call, gradient, numpy_gradient):
    start, y = np.array([-1.0, -0.5, 1.5]), np.array([0.6, 0.3, 0.1])
    z, expected = start, [softmax(start)]
    for _ in range(200):
        z = z - 0.5 * numpy_gradient(expected[-1], y)
        expected.append(softmax(z))
    same(call(f"(z, y) => missingSum.descend(missingSum.{gradient}, z, y, 0.5, 200)", start, y), np.array(expected))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [20, 60, 200, 400, 800])
def test_numbers_break_where_numpys_break(call, kind, scale):
    z = (np.array([1, 0.5, 0, -1]) * scale).astype(kind)
    y = np.array([1, 0, 0, 0], kind)
    rounding, tolerance = ("Math.fround", 1e-5) if kind is np.float32 else ("x => x", 1e-12)
    with np.errstate(all="ignore"):
        s, raw = softmax(z), np.exp(z)
        g = -y / s
        without, two_steps = raw / raw.sum(), s * (g - g @ s)
    for expected, function in (
        (s, "softmax(z, round)"),
        (without, "softmaxWithoutMax(z, round)"),
        (two_steps, "twoSteps(missingSum.softmax(z, round), y, round)"),
        (s - y, "fused(missingSum.softmax(z, round), y, round)"),
    ):
        measured = call(f"(z, y, round = {rounding}) => missingSum.{function}", z, y)
        np.testing.assert_allclose(measured, expected, rtol=tolerance, atol=1e-44, err_msg=function)


def test_the_comparison_sees_a_wrong_function(call):
    s = softmax(np.array([1.0, 2.0, 3.0]))
    with pytest.raises(AssertionError):
        same(call("s => missingSum.diagonalOf(missingSum.jacobian(s))", s), np.diag(s) - np.outer(s, s))


@pytest.mark.parametrize("name", FIGURES)
def test_without_javascript_a_figure_shows_the_tables_that_numpy_computed(gallery, name):
    figure = parse(gallery.read_text("utf-8")).select_one(f"#interactive-{name.replace('_', '-')}")
    assert [[cell.get_text() for cell in row.select("td")] for row in figure.select("tbody tr")] == cells(
        getattr(starting_values, name)()
    )


MOVES = {
    "jacobian": ("input[type=range] >> nth=0", ["ArrowRight"] * 3, lambda: starting_values.jacobian((1.8, 0.8, -0.3))),
    "paths": ("input[type=checkbox] >> nth=1", ["Space"], lambda: starting_values.paths((True, True, False))),
    "mse_versus_ce": ("input", ["ArrowLeft"] * 4, lambda: starting_values.mse_versus_ce(-5.0)),
    "simplex_race": ("input", ["ArrowRight"], lambda: starting_values.simplex_race(51)),
    "step_size": ("input", ["ArrowRight"] * 8, lambda: starting_values.step_size(1e-3)),
    "breaking": ("input", ["End"], lambda: starting_values.breaking(800.0)),
}


def keyboard_problems(page: Page, name: str) -> Iterator[str]:
    """What is wrong with a figure moved by keyboard alone: it stands still, is silent, or differs from NumPy."""
    control, keys, expected = MOVES[name]
    figure = page.locator(f"#interactive-{name.replace('_', '-')}")
    before, said = figure.evaluate(CELLS), figure.locator("output").inner_text()
    if not alike(before, cells(getattr(starting_values, name)()), name):
        yield "it does not start with the numbers of NumPy"
    figure.locator(control).focus()
    for key in keys:
        page.keyboard.press(key)
    after = figure.evaluate(CELLS)
    if alike(after, before, name):
        yield "it does not move"
    elif not alike(after, cells(expected()), name):
        yield "it shows other numbers than NumPy computes"
    if figure.locator("output").inner_text() == said:
        yield "it says nothing"


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_moved_by_keyboard_shows_what_numpy_computes(page, name):
    assert list(keyboard_problems(page, name)) == []


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (
            "missingSum.jacobian = s => s.map((si, i) => s.map((sj, j) => i === j ? si * (1 - sj) : 0))",
            "it shows other numbers than NumPy computes",
        ),
        ("document.addEventListener('keydown', event => event.preventDefault(), true)", "it does not move"),
        ("missingSum.Figure.prototype.say = () => {}", "it says nothing"),
        (
            "document.querySelector('#interactive-jacobian td').textContent = '0.5'",
            "it does not start with the numbers of NumPy",
        ),
    ],
    ids=["wrong formula", "deaf to keys", "silent", "wrong start"],
)
def test_the_keyboard_check_sees_a_broken_figure(gallery, browser, damage, problem):
    with visit(browser, gallery.as_uri()) as (page, _):
        page.evaluate(f"() => {{ {damage} }}")
        assert problem in list(keyboard_problems(page, "jacobian"))


def test_without_the_off_diagonal_terms_the_gradient_goes_wrong(page):
    figure = page.locator("#interactive-jacobian")
    figure.locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    assert "wrong in class 0 and 2" in figure.locator("output").inner_text()
    assert figure.locator("td.wrong").count() == 2
    page.keyboard.press("Space")
    assert figure.locator("td.wrong").count() == 0


def test_a_click_on_a_path_takes_it_into_the_sum(page):
    figure = page.locator("#interactive-paths")
    third = figure.locator("input[type=checkbox] >> nth=2")
    assert not third.is_checked()
    figure.locator("path[data-path='2']").dispatch_event("click")
    assert third.is_checked()


def test_every_control_has_a_name_and_every_slider_says_its_value(page):
    for control in page.locator(".interactive :is(input, select)").all():
        assert control.evaluate("control => control.labels[0].textContent.trim()")
    for slider in page.locator(".interactive input[type=range]").all():
        assert slider.get_attribute("aria-valuetext")


def test_a_page_loads_the_scripts_of_its_own_figures_alone(gallery, small_book):
    write(small_book, "```{interactive} paths\nChoose paths.\n```")
    assert build(small_book).exit_status == 0
    text = (small_book / "_build/html/chapters/index.html").read_text()
    assert [name for name in FIGURES if f"figures/{name}.js" in text] == ["paths"]
    assert [name for name in FIGURES if f"figures/{name}.js" in gallery.read_text()] == list(FIGURES)
    assert "_static/figures/" not in (small_book / "_build/html/search.html").read_text().replace(
        "figures/figures.css", ""
    )


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_its_place_in_a_chapter(book, name):
    assert [page for page in book.pages if f'id="interactive-{name.replace("_", "-")}"' in page.read_text("utf-8")]


def test_the_gallery_has_nothing_broken(gallery, browser):
    assert problems(browser, gallery) == []


@pytest.fixture(scope="module")
def page(gallery, browser):
    with visit(browser, gallery.as_uri()) as (opened, _):
        yield opened


def cells(tables: starting_values.Tables) -> list[list[str]]:
    return [list(row) for _, _, rows in tables for row in rows.values()]


def alike(shown: list[list[str]], expected: list[list[str]], name: str) -> bool:
    """Whether two tables show the same; errors of numeric derivatives are noise, so that their size is compared."""
    if name != "step_size":
        return shown == expected
    logarithms = [
        np.array([[float(cell.replace("−", "-")) if cell != "–" else 1 for cell in row] for row in rows])
        for rows in (shown, expected)
    ]
    return bool((np.abs(np.log10(logarithms[0] / logarithms[1])) < 1).all())
