"""The diagnosis names what went wrong, one slip or two at once, and never guesses."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from missingsum import variants
from missingsum.diagnosis import Sample, explain, nearly_right
from missingsum.slips import CHAPTERS, SECTIONS, SLIPS
from missingsum.variants import Product

ROOT = Path(__file__).parents[2]
SHAPES = [((5, 7), (4, 3)), ((3, 8), (6, 5)), ((5, 3), (7, 4))]
SQUARE = [((5, 5), (4, 4)), ((3, 3), (6, 6))]
"""Where a lost axis raises no error."""


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def example(rng, shape, upstream=None) -> Product:
    s = softmax(rng.normal(size=shape))
    J = np.array([np.diag(row) - np.outer(row, row) for row in s])
    return Product(J, s, rng.normal(size=shape) if upstream is None else upstream(s))


def of_cross_entropy(rng, c, one_hot=False) -> Product:
    y = np.eye(c)[[rng.integers(c)]] if one_hot else rng.uniform(0.2, 1.5, size=(1, c))
    return example(rng, (1, c), lambda s: -y / s)


def samples(data, truth, answer):
    return [Sample(d, truth(d), answer(d)) for d in data]


def value(data):
    return data.value


def named(variant) -> str:
    return " + ".join(variant.slips)


# --- It names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", list(variants.product_variants()), ids=named)
def test_a_slip_in_a_vector_jacobian_product_is_named(variant, rng):
    right_jacobian = not {*variants.JACOBIANS, *variants.FORMULAS} & set(variant.slips)
    nothing_left = right_jacobian and "ignores-upstream" in variant.slips  # the rows of J sum to 0, whatever follows
    expected = ("ignores-upstream",) if nothing_left else variant.slips
    for shapes in SQUARE if "keepdims-lost" in variant.slips else SHAPES:
        data = [example(rng, shape) for shape in shapes]
        assert explain(samples(data, value, variant.wrong), variants.product_variants()) == expected


@pytest.mark.parametrize("variant", list(variants.total_derivative_variants()), ids=named)
def test_slips_in_the_derivative_of_cross_entropy_are_named(variant, rng):
    found = explain(
        samples([of_cross_entropy(rng, c) for c in (4, 6)], lambda d: d.value[0], variant.wrong),
        variants.total_derivative_variants(),
    )
    assert found == variant.slips


@pytest.mark.parametrize("variant", list(variants.missing_part_variants()), ids=named)
def test_slips_in_the_missing_part_are_named(variant, rng):
    found = explain(
        samples([of_cross_entropy(rng, c) for c in (4, 6)], lambda d: d.missing_part[0], variant.wrong),
        variants.missing_part_variants(),
    )
    assert found == variant.slips


@pytest.mark.parametrize("variant", list(variants.jacobian_variants()), ids=named)
def test_slips_in_the_entries_of_the_jacobian_are_named(variant, rng):
    found = explain(
        samples([example(rng, (1, c)) for c in (4, 5)], lambda d: d.jacobian[0], variant.wrong),
        variants.jacobian_variants(),
    )
    assert found == variant.slips


@pytest.mark.parametrize("variant", [v for v in variants.forward_variants(softmax) if len(v.slips) == 1], ids=named)
def test_slips_in_softmax_itself_are_named(variant, rng):
    shapes = SQUARE[0] if "keepdims-lost" in variant.slips else ((4, 6), (3, 5))
    found = explain(
        samples([rng.normal(size=shape) for shape in shapes], softmax, variant.wrong),
        variants.forward_variants(softmax),
    )
    assert found == variant.slips


def test_the_simplest_explanation_wins_over_a_pair_that_fits_as_well(rng):
    data = [example(rng, shape) for shape in SHAPES[0]]
    found = explain(samples(data, value, lambda d: d.upstream * d.output * (1 - d.output)), variants.product_variants())
    assert found == ("missing-sum",)


def test_a_slip_is_named_at_any_scale_of_the_upstream_gradient(rng):
    data = [example(rng, shape, lambda s: 1e6 * rng.normal(size=s.shape)) for shape in SHAPES[0]]
    assert explain(samples(data, value, lambda d: -d.value), variants.product_variants()) == ("sign",)


# --- It never accuses a right answer ----------------------------------------------------------------------------------


FAMILIES = {
    "product": (variants.product_variants, value),
    "derivative": (variants.total_derivative_variants, lambda d: d.value[0]),
    "missing part": (variants.missing_part_variants, lambda d: d.missing_part[0]),
    "Jacobian": (variants.jacobian_variants, lambda d: d.jacobian[0]),
}


def data_of(family, rng, one_hot=False):
    if family == "product":
        return [example(rng, shape) for shape in SHAPES[0]]
    return [of_cross_entropy(rng, c, one_hot) for c in (4, 6)]


@pytest.mark.parametrize("error", [0, 1e-15, 1e-12, 1e-7], ids=lambda e: f"off by {e:g}")
@pytest.mark.parametrize("one_hot", [False, True], ids=["any targets", "one-hot targets"])
@pytest.mark.parametrize("family", FAMILIES)
def test_right_answers_are_never_accused(family, one_hot, error, rng):
    language, truth = FAMILIES[family]
    found = explain(samples(data_of(family, rng, one_hot), truth, lambda d: truth(d) * (1 + error)), language())
    assert found == ()


@pytest.mark.parametrize("one_hot", [False, True], ids=["any targets", "one-hot targets"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_right_answer_is_not_accused_where_the_truth_was_measured_badly(family, one_hot, rng):
    language, truth = FAMILIES[family]
    found = explain(
        samples(
            data_of(family, rng, one_hot), lambda d: truth(d) * (1 + 1e-5 * rng.normal(size=truth(d).shape)), truth
        ),
        language(),
    )
    assert found == ()


def test_a_right_softmax_is_never_accused(rng):
    data = [rng.normal(size=shape) for shape in ((4, 6), (3, 5))]
    assert explain(samples(data, softmax, softmax), variants.forward_variants(softmax)) == ()


# --- It never guesses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, pytest.param(100, marks=pytest.mark.soak)])
@pytest.mark.parametrize("family", FAMILIES)
def test_random_answers_are_not_recognised(family, count, rng):
    language, truth = FAMILIES[family]
    for _ in range(count):
        found = explain(samples(data_of(family, rng), truth, lambda d: rng.normal(size=truth(d).shape)), language())
        assert found == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_one_changed_entry_is_not_recognised(family, rng):
    def changed(d):
        answer = np.array(truth(d))
        answer.flat[rng.integers(answer.size)] += 0.1
        return answer

    language, truth = FAMILIES[family]
    assert explain(samples(data_of(family, rng), truth, changed), language()) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda d: np.tanh(d.upstream) * d.output,
        lambda d: d.value + 0.01,
        lambda d: d.value**3,
        lambda d: d.value[:, ::-1],
    ],
    ids=["tanh", "shifted", "cubed", "reversed"],
)
def test_another_function_is_not_recognised(wrong, rng):
    assert explain(samples(data_of("product", rng), value, wrong), variants.product_variants()) == ()


def test_a_slip_in_one_sample_only_is_no_explanation(rng):
    one, two = data_of("product", rng)
    mixed = [Sample(one, one.value, -one.value), Sample(two, two.value, two.value)]
    assert explain(mixed, variants.product_variants()) == ()
    assert explain(mixed[:1], variants.product_variants()) == (), "one sample is not enough"


@pytest.mark.parametrize(
    ("slip", "answer"),
    [
        ("no-return", lambda t: None),
        ("list-for-array", lambda t: t.tolist()),
        ("axis-too-many", lambda t: t[:, :, None]),
        ("transposed-result", lambda t: t.T),
        ("single-precision", lambda t: t.astype(np.float32)),
    ],
)
def test_the_form_of_an_answer_with_right_numbers_is_named(slip, answer, rng):
    data = data_of("product", rng)
    assert explain(samples(data, value, lambda d: answer(d.value)), ()) == (slip,)
    if slip != "no-return":
        wrong = samples(data, value, lambda d: answer(np.cos(d.value)))
        assert (
            explain(wrong, ()) == () and explain([wrong[0], *samples(data, value, lambda d: answer(d.value))], ()) == ()
        )


@pytest.mark.parametrize(("off", "slips"), [(1e-8, ("nearly-right",)), (1e-5, ())])
def test_what_is_refused_and_right_to_six_digits_is_called_so(off, slips, rng):
    near = samples(data_of("product", rng), value, lambda d: d.value + off * np.abs(d.value).max(axis=1, keepdims=True))
    assert nearly_right(near).slips == slips


def test_a_loss_for_each_row_is_named(rng):
    rows = [rng.normal(size=n) for n in (4, 7)]
    assert explain([Sample(None, np.array(row.mean()), row) for row in rows], ()) == ("one-loss-a-row",)
    assert explain([Sample(None, np.array(row.mean() + 1), row) for row in rows], ()) == ()


@pytest.mark.parametrize(
    "answer",
    [
        lambda t: "0",
        lambda t: np.cos(t).tolist(),
        lambda t: t.astype(object),
        lambda t: t + 0j,
        lambda t: t[:, :-1],
        lambda t: np.full_like(t, np.nan),
        lambda t: np.full_like(t, np.inf),
    ],
    ids=["text", "list", "objects", "complex", "shape", "nan", "inf"],
)
def test_answers_that_are_no_real_numbers_are_not_recognised(answer, rng):
    assert (
        explain(samples(data_of("product", rng), value, lambda d: answer(d.value)), variants.product_variants()) == ()
    )


# --- Its words --------------------------------------------------------------------------------------------------------


def test_every_slip_of_the_language_has_words():
    language = [v for family, _ in FAMILIES.values() for v in family()] + list(variants.forward_variants(softmax))
    assert {slip for variant in language for slip in variant.slips} <= SLIPS.keys()


def reading_grade(text: str) -> float:
    """Flesch and Kincaid's, with syllables counted by their vowels; what follows a colon is a sentence of its own."""
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", text)
    sentences = [part for part in re.split(r"[.!?:;]+\s", text) if part.strip()]
    syllables = sum(max(1, len(re.findall("[aeiouy]+", re.sub("(?<!l)e$", "", word.lower())))) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_every_slip_is_told_in_words_of_grade_nine(slip):
    assert reading_grade(slip.explanation) <= 9
    assert len(slip.explanation.split()) <= 60


def test_long_words_and_long_sentences_are_of_a_higher_grade():
    assert (
        reading_grade("The heterogeneous parametrisation necessitates considerable computational sophistication.") > 9
    )
    assert reading_grade("The sum is too long. Cut it.") < 3


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_every_slip_leads_to_a_section_of_the_book(slip):
    chapter = (ROOT / "chapters" / f"{slip.chapter}.md").read_text().replace("$", "")
    assert re.search(rf"^\({slip.section}\)=\n#+ {re.escape(SECTIONS[slip.section])}$", chapter, re.MULTILINE)
    assert f"# {CHAPTERS[slip.chapter]}\n" in chapter


@pytest.fixture
def rng(request):
    """Other numbers for each test, the same in every run."""
    return np.random.default_rng(list(request.node.name.encode()))
