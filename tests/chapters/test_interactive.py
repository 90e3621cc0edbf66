"""The interactive figures: their mathematics against NumPy, and their tables before and after a key moves them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Page

from ..browser import problems, visit
from .built_book import FIGURES, ROOT, parse
from .moving_figures import (
    HANDLE,
    SLIDER,
    alike,
    computed,
    figure_of,
    move_to,
    place,
    rested,
    shown,
    starting_values,
)

MATHEMATICS = ROOT / "chapters" / "_static" / "figures" / "mathematics.js"


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
    same(call("missingSum.logSumExp", z), np.log(np.exp(z).sum()))
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


def test_a_probability_is_dragged_by_moving_its_own_logit_alone(call):
    z, _, _ = example(3)
    for share in (0.01, 0.4, 0.99):
        moved = call("missingSum.moveTo", z, 1, share)
        assert (np.delete(moved, 1) == np.delete(z, 1)).all()
        same(softmax(moved)[1], share)


def test_the_comparison_sees_a_wrong_function(call):
    s = softmax(np.array([1.0, 2.0, 3.0]))
    with pytest.raises(AssertionError):
        same(call("s => missingSum.jacobian(s).map(row => row.toReversed())", s), np.diag(s) - np.outer(s, s))


def cell(figure: starting_values.Tables, row: str, column: str) -> float:
    """The number in a table of a figure."""
    for _, (_, *columns), rows in figure:
        if row in rows and column in columns:
            return float(rows[row][columns.index(column)].replace("−", "-"))
    raise KeyError(f"no cell {row!r}, {column!r}")


def test_what_the_captions_of_the_new_figures_say_is_so():
    for j in range(3):
        denominator = starting_values.denominator(j=j)
        reached = [cell(denominator, f"s{'₀₁₂'[i]}", "by numerator") != 0 for i in range(3)]
        assert reached == [i == j for i in range(3)]
        assert all(cell(denominator, f"s{'₀₁₂'[i]}", "by S") < 0 for i in range(3))
    for eps in (0.1, 0.3):
        lowest = np.log((10 - 9 * eps) / eps)
        before, after = (
            cell(starting_values.smoothing(eps, lowest + d), "smoothed", "∂L/∂z, true class") for d in (-1, 1)
        )
        assert before < 0 < after
    warm, hot = starting_values.temperature(12), starting_values.temperature(20)
    for row, column in (("label", "T × length"), ("teacher", "T² × length")):
        assert abs(cell(hot, row, column) / cell(warm, row, column) - 1) < 0.02
    assert abs(cell(hot, "teacher", "T² × length") - np.linalg.norm([-1, 1, -1, 1]) / 4) < 0.002
    for gamma in (0.5, 2.0, 5.0):
        assert cell(starting_values.focal(gamma, 0.05), "product rule", "factor") > 1
        assert all(cell(starting_values.focal(gamma, s), "first term alone", "factor") < 1 for s in (0.05, 0.5, 0.95))
    deep, shallow = starting_values.collapse(400), starting_values.collapse(400, units=0)
    assert abs(cell(deep, "i = j term only", "loss") - np.log(3)) < 0.001
    assert cell(deep, "i = j term only", "cosine of hidden signals") > 0.999 > 0.2 > cell(deep, "whole sum", "loss")
    assert max(cell(shallow, row, "loss") for row in ("whole sum", "i = j term only")) < 0.4
    for pull in range(3):
        row = starting_values.attention_row(pull=pull)
        whole, part = ([cell(row, str(k), name) for k in range(4)] for name in ("whole sum", "sum left out"))
        assert abs(sum(whole)) < 0.002 and abs(sum(part) - cell(row, "before", "sum of P dP")) < 0.002
        assert (max(map(abs, whole)) < 1e-9) == (pull == 1) and max(map(abs, part)) > 0.1
    assert cell(row, "whole sum", "sum of P dP") < cell(row, "before", "sum of P dP")
    gaps = [cell(starting_values.tangent(x, 1.2), "gap", "value") for x in (-2, 0, 1.2, 2, 4)]
    assert gaps[0] > gaps[1] > gaps[2] == 0 < gaps[3] < gaps[4]
    for x in (-2.0, 0.5):
        figure = starting_values.tangent(x)
        divergence = cell(figure, "cross-entropy of s", "value") - cell(figure, "entropy of y", "value")
        assert abs(divergence - cell(figure, "gap", "value")) < 0.002


@pytest.mark.parametrize("name", FIGURES)
def test_without_javascript_a_figure_shows_the_tables_that_numpy_computed(gallery, name):
    figure = parse(gallery.read_text("utf-8")).select_one(f"#{place(name)}")
    rows = [[cell.get_text() for cell in row.select("td")] for row in figure.select("tbody tr")]
    assert rows == computed(name)


def after_nudges(steps: int, start: tuple[float, ...] = starting_values.LOGITS) -> tuple[float, ...]:
    """The logits, of two digits, when the first probability was raised by 0.01 so many times."""
    z = np.array(start)
    for _ in range(steps):
        share = softmax(z)[0] + 0.01
        z[0] = np.round(np.log(np.exp(z[1:]).sum()) + np.log(share / (1 - share)), 2)
    return tuple(z)


MOVES = {
    "denominator": (SLIDER, ["ArrowRight"] * 3, {"logits": (1.8, 0.8, -0.3)}),
    "jacobian": (HANDLE, ["ArrowRight"] * 3, {"logits": after_nudges(3)}),
    "paths": ("input[type=checkbox] >> nth=1", ["Space"], {"chosen": (True, True, False)}),
    "mse_versus_ce": (SLIDER, ["ArrowLeft"] * 4, {"gap": -5.0}),
    "simplex_race": (SLIDER, ["ArrowRight"], {"steps": 51}),
    "step_size": (SLIDER, ["ArrowRight"] * 8, {"h": 1e-3}),
    "breaking": (SLIDER, ["End"], {"scale": 1000.0}),
    "attention_row": (HANDLE, ["ArrowRight"] * 3, {"scores": after_nudges(3, (1.0, 0.4, -0.2, -0.8))}),
    "smoothing": (SLIDER, ["ArrowRight"] * 2, {"eps": 0.12}),
    "temperature": (SLIDER, ["Home"], {"T": 0.25}),
    "focal": (SLIDER, ["End"], {"gamma": 5.0}),
    "collapse": (SLIDER, ["ArrowLeft"], {"steps": 196}),
    "tangent": (HANDLE, ["ArrowLeft"] * 4, {"touching": 1.0}),
    "memory": (SLIDER, ["ArrowRight"], {"n": 16384}),
}
"""What is moved by which keys, and the arguments with which NumPy computes what is then shown."""
STATES = {
    "denominator": [
        ("z1=-2.5&j=1", {"logits": (1.5, -2.5, -0.3), "j": 1}),
        ("z2=4&j=2", {"logits": (1.5, 0.8, 4), "j": 2}),
    ],
    "jacobian": [("z=3,-1.25,0.5&y=3", {"logits": (3, -1.25, 0.5), "y": (0.1, 0.8, 0.1)}), ("y=2", {"y": (0, 0, 1)})],
    "paths": [("j=2&y=0&s0=no&s2=yes", {"chosen": (False, False, True), "j": 2, "y": (0, 1, 0)})],
    "mse_versus_ce": [("gap=7.5", {"gap": 7.5})],
    "simplex_race": [
        ("steps=0", {"steps": 0}),
        ("steps=200&y=0,1,0", {"steps": 200, "y": (0, 1, 0)}),
        ("y=0.25,0.5,0.25&from=0.9,0.05,0.05", {"y": (0.25, 0.5, 0.25), "start": (0.9, 0.05, 0.05)}),
    ],
    "step_size": [("log10h=-2", {"h": 1e-2})],
    "breaking": [
        ("scale=500&numbers=1&true=3", {"scale": 500.0, "kind": np.float64, "true_class": 3}),
        ("scale=0&true=1", {"scale": 0.0, "true_class": 1}),
    ],
    "attention_row": [("x=2,0.5,-1,0.25&dP=1", {"scores": (2, 0.5, -1, 0.25), "pull": 1}), ("dP=2", {"pull": 2})],
    "smoothing": [("eps=0", {"eps": 0.0}), ("eps=0.3&gap=2.1", {"eps": 0.3, "gap": 2.1})],
    "temperature": [("T=20", {"T": 20}), ("T=0.5", {"T": 0.5})],
    "focal": [("gamma=0&s=0.01", {"gamma": 0.0, "s": 0.01}), ("gamma=2.5&s=0.87", {"gamma": 2.5, "s": 0.87})],
    "collapse": [("hidden=0&steps=100", {"units": 0, "steps": 100}), ("steps=400", {"steps": 400})],
    "tangent": [("x=3.5&touching=-2", {"x": 3.5, "touching": -2.0}), ("x=1.2", {"x": 1.2})],
    "memory": [
        ("n=1&c=2&k=12&gbs=3000&bytes=0", {"n": 1, "c": 2, "k": 12, "bandwidth": 3000.0, "entry": 2}),
        ("n=16384&c=128000&gbs=5&bytes=2", {"n": 16384, "c": 128000, "bandwidth": 5.0, "entry": 8}),
    ],
}
"""Addresses of states of each figure, and the arguments with which NumPy computes their tables."""


def keyboard_problems(page: Page, name: str) -> Iterator[str]:
    """What is wrong with a figure moved by keyboard alone: it stands still, is silent, or differs from NumPy."""
    control, keys, arguments = MOVES[name]
    figure = figure_of(page, name)
    before, said = shown(page, name), figure.locator("output").inner_text()
    if not alike(before, computed(name), name):
        yield "it does not start with the numbers of NumPy"
    figure.locator(control).focus()
    for key in keys:
        page.keyboard.press(key)
    after = shown(page, name)
    if alike(after, before, name):
        yield "it does not move"
    elif not alike(after, computed(name, **arguments), name):
        yield "it shows other numbers than NumPy computes"
    rested(page)
    if figure.locator("output").inner_text() == said:
        yield "it says nothing"
    figure.get_by_role("button", name="Start again").click()
    if not alike(shown(page, name), before, name):
        yield "it does not go back to its start"


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
        (
            "for (const act of ['preventDefault', 'stopPropagation'])"
            " document.addEventListener('keydown', event => event[act](), true)",
            "it does not move",
        ),
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
        page.evaluate(f"() => {{ missingSum.Figure.rest = 100; {damage} }}")
        assert problem in list(keyboard_problems(page, "jacobian"))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_the_state_in_the_address_as_numpy_computes_it(page, name):
    for state, arguments in STATES[name]:
        move_to(page, name, state)
        assert alike(shown(page, name), computed(name, **arguments), name), state
    move_to(page, name, "")
    assert alike(shown(page, name), computed(name), name)


def test_a_page_loads_the_scripts_of_its_own_figures_alone(gallery):
    text = gallery.with_name("paths.html").read_text()
    assert [name for name in FIGURES if f"figures/{name}.js" in text] == ["paths"]
    assert [name for name in FIGURES if f"figures/{name}.js" in gallery.read_text()] == list(FIGURES)
    assert "_static/figures/" not in (gallery.parent.parent / "search.html").read_text()


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_its_place_in_a_chapter(book, name):
    assert [page for page in book.pages if f'id="{place(name)}"' in page.read_text("utf-8")]


def test_the_gallery_has_nothing_broken(gallery, browser):
    assert problems(browser, gallery) == []


@pytest.fixture(scope="module")
def page(gallery, browser):
    with visit(browser, gallery.as_uri()) as (opened, found):
        opened.evaluate("() => { missingSum.Figure.rest = 100; }")
        yield opened
    assert found == []
