"""Mistakes in hand-written attention that people reported in public: see `reported`.

Each is what a student of `ps7_attention` answers for one function; there it is graded with all that follows from it.
"""

from __future__ import annotations

from .make import HERE, read_student
from .reported import Reported

PROBLEM_SET = "ps7_attention"


def answer(line: str, student: str, function: str, slip: str, says: str, where: str) -> Reported:
    """The student's answer for a function, as a mistake that was reported."""
    source = dict(read_student(HERE / PROBLEM_SET / f"{student}.py").cells)[function]
    return Reported(line, f"{PROBLEM_SET} {function}", f"\n{source}\n", (slip,), says, where=(where,))


ATTENTION = (
    answer(
        "mask-times-scores", "adele_hides_by_zero", "masked_softmax", "hidden-as-zero", r"exp\(0\) is 1", "x * mask"
    ),
    answer(
        "mask-after-renorm",
        "alexei_masks_afterwards",
        "masked_softmax",
        "maximum-over-hidden",
        "over hidden keys",
        "x.max(axis=1, keepdims=True)",
    ),
    answer(
        "mask-minus-ten",
        "amina_minus_ten",
        "masked_softmax",
        "finite-mask",
        "finite number",
        "np.where(mask, 0.0, -10.0)",
    ),
    answer(
        "mask-bool-added", "anders_adds_the_mask", "masked_softmax", "mask-as-number", "True counts as 1", "x + mask"
    ),
    answer(
        "mask-inf-times-score",
        "anouk_times_infinity",
        "masked_softmax",
        "infinity-times-score",
        "negative score",
        "x * np.where(mask, 1.0, -np.inf)",
    ),
    answer(
        "mask-log-tiny",
        "aziz_logarithm_of_the_mask",
        "masked_softmax",
        "finite-mask",
        "finite number",
        "np.log(mask + 1e-45)",
    ),
    answer(
        "mask-constant-on-gradient",
        "beata_constant_on_the_gradient",
        "attention_backward",
        "constant-on-gradient",
        "derivative 0",
        "ds + np.where(mask, 0.0, -1e10)",
    ),
    answer(
        "mask-added-row-unmasked",
        "benno_adds_a_huge_constant",
        "masked_softmax",
        "unmasked-row",
        "common shift",
        "x - 1e10 * ~mask",
    ),
    answer(
        "mask-floor-of-max",
        "bjarne_floor",
        "masked_softmax",
        "floored-maximum",
        "falling below",
        "np.maximum(x.max(axis=1, keepdims=True), -1e4)",
    ),
    answer(
        "nan-row-poisons",
        "carlo_nan_to_num",
        "attention_backward",
        "row-without-keys",
        "0 times nan",
        "np.nan_to_num(p @ v)",
    ),
    answer(
        "mask-by-rows",
        "celine_whole_rows",
        "masked_softmax",
        "mask-by-rows",
        "hides keys",
        "mask.any(axis=1, keepdims=True)",
    ),
    answer(
        "mask-one-key-too-many",
        "cyril_one_key_more",
        "masked_softmax",
        "mask-moved",
        "one key more|off by one",
        "mask[:, 1:] |= mask[:, :-1].copy()",
    ),
    answer(
        "softmax-over-everything",
        "dagny_softmax_of_everything",
        "masked_softmax",
        "whole-matrix",
        "whole matrix",
        "np.exp(x - x.max())",
    ),
    answer(
        "scores-keepdims-lost",
        "dario_lost_axis",
        "scores_backward",
        "keepdims-lost",
        "keepdims",
        "(p * dp).sum(axis=1)",
    ),
    answer("scale-twice", "dario_lost_axis", "attention_forward", "scale-twice", "once too often", "q.shape[1]"),
    answer(
        "scale-number-of-queries",
        "ebba_number_of_queries",
        "attention_forward",
        "scale-of-another-size",
        "number of queries",
        "q.shape[0]",
    ),
    answer(
        "dq-without-scale", "eloi_scale_in_dk_alone", "attention_backward", "scale-missing", "in dq alone", "ds @ k"
    ),
    answer(
        "backward-scale-twice",
        "emre_scales_twice",
        "attention_backward",
        "scale-twice",
        "in dq alone",
        "ds @ k / r / r",
    ),
    answer(
        "backward-scale-width-of-v",
        "esra_width_of_v",
        "attention_backward",
        "scale-of-another-size",
        "width of v",
        "v.shape[1]",
    ),
    answer(
        "dq-never-written",
        "fabio_forgets_dq",
        "attention_backward",
        "gradient-never-written",
        "dq is 0",
        "np.zeros_like(q)",
    ),
    answer(
        "values-from-queries",
        "femke_answers_with_queries",
        "attention_forward",
        "wrong-array",
        "put on the queries",
        "p @ q",
    ),
    answer("dp-from-keys", "filip_keys_for_values", "attention_backward", "wrong-array", "with the keys k", "do @ k.T"),
    answer(
        "transposed-twice", "gabor_transposes_twice", "attention_backward", "transposed", "not transposed", "do @ v"
    ),
    answer(
        "online-not-rescaled",
        "gerrit_never_rescales",
        "attention_forward",
        "not-rescaled",
        "not at all",
        "e1 @ v[:h] + e2 @ v[h:]",
    ),
    answer(
        "online-rescale-without-exp",
        "greta_rescales_without_exp",
        "attention_forward",
        "not-rescaled",
        "without exp",
        "(m1 - m)",
    ),
    answer(
        "row-sum-of-one-block",
        "hakon_sum_of_a_block",
        "attention_backward",
        "sum-of-one-block",
        "blocks of 2 keys",
        "(p[:, b] * dp[:, b]).sum(axis=1, keepdims=True)",
    ),
    answer(
        "scores-matrix-product",
        "hilda_matrix_product",
        "scores_backward",
        "matrix-for-elementwise",
        "entry by entry",
        "p @ (dp - (p * dp).sum(axis=1, keepdims=True))",
    ),
    answer(
        "scores-sum-left-out",
        "leyla_sum_left_out",
        "scores_backward",
        "missing-dot",
        "lacks a dot product|left out the rest",
        "p * dp",
    ),
    answer(
        "scores-derivative-skipped",
        "amina_minus_ten",
        "scores_backward",
        "identity",
        "derivative of softmax was skipped",
        "dp",
    ),
    answer(
        "scores-in-place",
        "ida_spoils_dp",
        "scores_backward",
        "mutates-input",
        "",
        "dp -= (p * dp).sum(axis=1, keepdims=True)",
    ),
    answer(
        "backward-without-mask",
        "ingmar_no_mask_backwards",
        "attention_backward",
        "another-p",
        "without the mask",
        "np.exp(x - lse)",
    ),
    answer(
        "backward-mask-times-scores",
        "jale_mask_times_scores_backwards",
        "attention_backward",
        "another-p",
        "multiplied by the mask",
        "x * mask",
    ),
    answer(
        "lse-max-not-added",
        "jorid_maximum_not_added",
        "attention_backward",
        "shift-not-undone",
        r"did not add it back|exp\(m\) times",
        "np.log(np.where(t > 0, t, 1.0))",
    ),
    answer(
        "softmax-before-values",
        "kasimir_softmax_first",
        "attention_backward",
        "chain-out-of-order",
        "back through v",
        "scores_backward(p, do)",
    ),
    answer(
        "columns-of-v-cut",
        "klara_columns_cut",
        "attention_backward",
        "columns-left-out",
        "width of q is used",
        "do[:, :d] @ v[:, :d].T",
    ),
)
