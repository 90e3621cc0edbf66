"""The mistakes that people really make with softmax, cross-entropy and their gradients: each loses points and is called by its name.

One row a mistake and submission of `tests/submissions`: the mistake, the slip that must be named and no other, who makes it, and in
which functions. One mistake may have several slips: who lost the factor s of a derivative may have taken the derivative of the logarithm.
"""

from __future__ import annotations

import checks
import pytest
from missingsum.slips import SLIPS

from ..submissions.in_process import cells_of, verdicts
from ..submissions.make import HERE, read_student

MISTAKES = [
    ("missing-sum", "missing-sum", "ps2_missing_sum/carla_diagonal_throughout",
     "softmax_partial dL_dz_entry missing_part softmax_backward"),
    ("missing-sum", "missing-sum", "ps3_jacobian/asta_diagonal_throughout",
     "log_softmax_backward softmax_jacobian softmax_backward_jacobian softmax_backward mse_softmax_backward"),
    ("missing-sum", "missing-sum", "ps4_fused/selma_diagonal_only",
     "softmax_cross_entropy_backward cross_entropy_from_labels_backward"),
    ("missing-sum", "missing-sum", "ps6_network/ben_missing_sum", "loss_and_gradients"),
    ("no-diagonal", "no-diagonal", "ps2_missing_sum/dev_no_diagonal", "softmax_partial dL_dz_entry softmax_backward"),
    ("no-diagonal", "no-diagonal", "ps3_jacobian/birk_no_diagonal",
     "softmax_jacobian softmax_backward_jacobian softmax_backward mse_softmax_backward"),
    ("no-diagonal", "no-diagonal", "ps4_fused/adam_terms_left_out", "softmax_cross_entropy_backward"),
    ("no-diagonal", "no-diagonal", "ps4_fused/ottar_keeps_the_diagonal_matrix", "cross_entropy_from_labels_backward"),
    ("missing-dot", "missing-dot", "ps2_missing_sum/elif_missing_dot", "dL_dz_entry softmax_backward"),
    ("missing-dot", "missing-dot", "ps3_jacobian/cleo_no_outer_product",
     "softmax_jacobian softmax_backward_jacobian softmax_backward mse_softmax_backward"),
    ("missing-dot", "missing-dot", "ps4_fused/adam_terms_left_out", "cross_entropy_from_labels_backward"),
    ("missing-dot", "missing-dot", "ps4_fused/ottar_keeps_the_diagonal_matrix", "softmax_cross_entropy_backward"),
    ("ignores-upstream", "ignores-upstream", "ps1_losses/gero_ignores_upstream", "sigmoid_backward"),
    ("ignores-upstream", "ignores-upstream", "ps2_missing_sum/gita_ignores_upstream", "dL_dz_entry softmax_backward"),
    ("ignores-upstream", "ignores-upstream", "ps3_jacobian/egon_ignores_upstream",
     "log_softmax_backward softmax_backward_jacobian softmax_backward mse_softmax_backward"),
    ("ignores-upstream", "ignores-upstream", "ps6_network/lotte_ignores_upstream", "relu_backward loss_and_gradients"),
    ("identity", "identity", "ps1_losses/hanne_passes_g_on", "sigmoid_backward"),
    ("identity", "identity", "ps2_missing_sum/finn_identity", "softmax_backward"),
    ("identity", "identity", "ps3_jacobian/dana_identity",
     "log_softmax_backward softmax_jacobian softmax_backward_jacobian softmax_backward mse_softmax_backward"),
    ("identity", "identity", "ps4_fused/berta_labels_without_softmax", "cross_entropy_from_labels_backward"),
    ("identity", "identity", "ps4_fused/tore_skips_softmax", "softmax_cross_entropy_backward"),
    ("lost-factor", "lost-factor", "ps1_losses/ilse_loses_a", "sigmoid_backward"),
    ("lost-factor", "lost-factor", "ps2_missing_sum/sami_not_normalised", "softmax_partial dL_dz_entry softmax_backward"),
    ("lost-factor", "lost-factor", "ps3_jacobian/knut_lost_factor", "softmax_backward mse_softmax_backward"),
    ("lost-factor", "log-derivative", "ps2_missing_sum/eli_divides_wrongly", "softmax_partial softmax_backward"),
    ("lost-factor", "log-derivative", "ps3_jacobian/knut_lost_factor", "softmax_jacobian softmax_backward_jacobian"),
    ("fused-as-softmax", "fused-as-softmax", "ps2_missing_sum/karim_fused", "softmax_backward"),
    ("fused-as-softmax", "fused-as-softmax", "ps3_jacobian/flor_averaged_twice", "softmax_backward"),
    ("fused-as-softmax", "fused-as-softmax", "ps3_jacobian/una_down_the_mean", "softmax_backward_jacobian"),
    ("fused-as-softmax", "fused-for-the-loss", "ps1_losses/rosa_fused_too_early", "cross_entropy_backward"),
    ("elementwise-with-J", "elementwise-with-J", "ps2_missing_sum/vera_elementwise_with_the_jacobian",
     "missing_part softmax_backward"),
    ("elementwise-with-J", "elementwise-with-J", "ps3_jacobian/frida_elementwise_with_the_jacobian",
     "softmax_backward_jacobian softmax_backward mse_softmax_backward"),
    ("outer-as-dot", "outer-as-dot", "ps2_missing_sum/greta_outer_as_dot", "softmax_partial dL_dz_entry softmax_backward"),
    ("outer-as-dot", "outer-as-dot", "ps3_jacobian/jule_outer_as_dot", "softmax_jacobian softmax_backward_jacobian"),
    ("quotient", "quotient", "ps2_missing_sum/henk_divides_back", "dL_dz_entry"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps1_losses/nils_one_derivative_too_many",
     "mse_backward sigmoid_backward cross_entropy_backward bce_with_logits_backward"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps2_missing_sum/dov_one_derivative_too_many",
     "missing_part softmax_backward"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps2_missing_sum/karim_fused", "dL_dz_entry"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps3_jacobian/una_down_the_mean", "log_softmax_backward softmax_backward"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps3_jacobian/flor_averaged_twice", "softmax_backward_jacobian"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps3_jacobian/gesa_one_derivative_too_many", "mse_softmax_backward"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps4_fused/vigo_one_derivative_too_many",
     "softmax_cross_entropy_backward cross_entropy_from_labels_backward"),
    ("extra-sigmoid-prime", "extra-sigmoid-prime", "ps6_network/greta_extra_derivative", "loss_and_gradients"),
    ("sign", "sign", "ps1_losses/falk_signs",
     "mse_backward sigmoid_forward sigmoid_backward cross_entropy_backward bce_with_logits_backward"),
    ("sign", "sign", "ps2_missing_sum/hugo_sign", "softmax_partial dL_dz_entry softmax_backward"),
    ("sign", "sign", "ps2_missing_sum/bea_scales_and_signs", "softmax_forward"),
    ("sign", "sign", "ps2_missing_sum/lotte_off_diagonal_sign", "missing_part"),
    ("sign", "sign", "ps3_jacobian/ditte_signs",
     "log_softmax_backward softmax_jacobian softmax_backward_jacobian softmax_backward mse_softmax_backward"),
    ("sign", "sign", "ps4_fused/dean_signs", "logsumexp softmax_cross_entropy_backward cross_entropy_from_labels_backward"),
    ("sign", "sign", "ps5_gradient_check/eddy_wrong_sign", "central_difference"),
    ("sign", "sign", "ps6_network/enno_last_row", "relu_forward relu_backward"),
    ("sign", "sign", "ps6_network/dario_wrong_sign", "loss_and_gradients"),
    ("missing-mean", "missing-mean", "ps1_losses/anton_sums_over_the_rows",
     "mse_forward mse_backward cross_entropy_forward cross_entropy_backward bce_with_logits_forward "
     "bce_with_logits_backward"),
    ("missing-mean", "missing-mean", "ps3_jacobian/alwin_scales", "mse_softmax_backward"),
    ("missing-mean", "missing-mean", "ps4_fused/anja_sums_over_the_rows",
     "softmax_cross_entropy_forward softmax_cross_entropy_backward cross_entropy_from_labels_forward "
     "cross_entropy_from_labels_backward"),
    ("missing-mean", "missing-mean", "ps6_network/alma_two_at_once", "loss_and_gradients"),
    ("mean-over-everything", "mean-over-everything", "ps1_losses/britt_mean_of_all_entries",
     "mse_forward mse_backward cross_entropy_forward cross_entropy_backward bce_with_logits_forward "
     "bce_with_logits_backward"),
    ("mean-over-everything", "mean-over-everything", "ps2_missing_sum/kira_mean_of_all_entries", "softmax_backward"),
    ("mean-over-everything", "mean-over-everything", "ps3_jacobian/berit_more_scales",
     "log_softmax_backward softmax_backward mse_softmax_backward"),
    ("mean-over-everything", "mean-over-everything", "ps4_fused/cora_mean_of_all_entries",
     "softmax_cross_entropy_forward softmax_cross_entropy_backward cross_entropy_from_labels_forward "
     "cross_entropy_from_labels_backward"),
    ("mean-over-everything", "mean-over-everything", "ps6_network/finn_mean_of_everything", "loss_and_gradients"),
    ("averaged-twice", "averaged-twice", "ps1_losses/cem_averages_twice",
     "mse_forward mse_backward cross_entropy_forward cross_entropy_backward bce_with_logits_forward "
     "bce_with_logits_backward"),
    ("averaged-twice", "averaged-twice", "ps3_jacobian/flor_averaged_twice", "mse_softmax_backward"),
    ("averaged-twice", "averaged-twice", "ps4_fused/bent_averages_twice",
     "softmax_cross_entropy_forward softmax_cross_entropy_backward cross_entropy_from_labels_forward "
     "cross_entropy_from_labels_backward"),
    ("averaged-twice", "averaged-twice", "ps6_network/cleo_averages_twice", "loss_and_gradients"),
    ("factor-two", "factor-two", "ps1_losses/dirk_the_two_of_the_square", "mse_forward mse_backward"),
    ("factor-two", "factor-two", "ps2_missing_sum/cyd_rows_and_halves", "missing_part"),
    ("factor-two", "factor-two", "ps2_missing_sum/liam_factors_of_two", "softmax_backward"),
    ("factor-two", "factor-two", "ps3_jacobian/casper_two_and_twice", "mse_softmax_backward"),
    ("factor-two", "factor-two", "ps5_gradient_check/carla_divides_by_h", "central_difference"),
    ("factor-two", "half", "ps2_missing_sum/cyd_rows_and_halves", "softmax_partial dL_dz_entry"),
    ("factor-two", "half", "ps2_missing_sum/liam_factors_of_two", "missing_part"),
    ("factor-two", "half", "ps3_jacobian/alwin_scales", "softmax_jacobian softmax_backward_jacobian"),
    ("wrong-axis", "wrong-axis", "ps2_missing_sum/mona_down_the_columns", "softmax_forward softmax_backward"),
    ("wrong-axis", "wrong-axis", "ps3_jacobian/pina_down_the_columns",
     "log_softmax_forward log_softmax_backward softmax_backward"),
    ("wrong-axis", "wrong-axis", "ps3_jacobian/una_down_the_mean", "mse_softmax_backward"),
    ("wrong-axis", "wrong-axis", "ps4_fused/quirin_down_the_columns",
     "softmax_cross_entropy_forward softmax_cross_entropy_backward cross_entropy_from_labels_forward "
     "cross_entropy_from_labels_backward"),
    ("wrong-axis", "wrong-axis", "ps6_network/jens_bias_along_the_rows", "linear_backward loss_and_gradients"),
    ("whole-matrix", "whole-matrix", "ps2_missing_sum/noor_whole_matrix", "softmax_forward softmax_backward"),
    ("whole-matrix", "whole-matrix", "ps3_jacobian/quint_whole_matrix",
     "log_softmax_forward log_softmax_backward softmax_backward"),
    ("whole-matrix", "whole-matrix", "ps3_jacobian/valentin_sums_it_all", "mse_softmax_backward"),
    ("whole-matrix", "whole-matrix", "ps4_fused/pelle_whole_matrix",
     "logsumexp softmax_cross_entropy_forward softmax_cross_entropy_backward"),
    ("whole-matrix", "whole-matrix", "ps4_fused/cilly_whole_matrix_of_labels",
     "cross_entropy_from_labels_forward cross_entropy_from_labels_backward"),
    ("keepdims-lost", "keepdims-lost", "ps2_missing_sum/ugo_keepdims_lost", "softmax_forward softmax_backward"),
    ("keepdims-lost", "keepdims-lost", "ps3_jacobian/ugo_keepdims_lost",
     "log_softmax_forward log_softmax_backward softmax_backward mse_softmax_backward"),
    ("keepdims-lost", "keepdims-lost", "ps4_fused/ugo_keepdims_lost", "softmax_cross_entropy_backward"),
    ("column-labels", "column-labels", "ps4_fused/bjarne_columns_of_all_labels", "cross_entropy_from_labels_forward"),
    ("class-ids-as-one-hot", "class-ids-as-one-hot", "ps4_fused/dagny_labels_as_numbers",
     "cross_entropy_from_labels_forward cross_entropy_from_labels_backward"),
    ("last-row-only", "last-row-only", "ps1_losses/arne_last_row",
     "mse_backward sigmoid_forward sigmoid_backward cross_entropy_backward bce_with_logits_backward"),
    ("last-row-only", "last-row-only", "ps2_missing_sum/bruno_last_row", "softmax_backward"),
    ("last-row-only", "last-row-only", "ps2_missing_sum/dov_one_derivative_too_many", "softmax_forward"),
    ("last-row-only", "last-row-only", "ps3_jacobian/hauke_last_row",
     "log_softmax_forward softmax_jacobian softmax_backward_jacobian softmax_backward"),
    ("last-row-only", "last-row-only", "ps3_jacobian/wido_last_row_of_the_mean", "mse_softmax_backward"),
    ("last-row-only", "last-row-only", "ps4_fused/magne_last_row",
     "logsumexp softmax_cross_entropy_backward cross_entropy_from_labels_backward"),
    ("last-row-only", "last-row-only", "ps6_network/enno_last_row", "linear_forward"),
    ("no-max", "no-max", "ps2_missing_sum/otto_overflows", "softmax_forward"),
    ("no-max", "no-max", "ps3_jacobian/sina_overflows", "log_softmax_forward log_softmax_backward mse_softmax_backward"),
    ("no-max", "no-max", "ps4_fused/jens_overflows",
     "logsumexp softmax_cross_entropy_forward softmax_cross_entropy_backward cross_entropy_from_labels_forward "
     "cross_entropy_from_labels_backward"),
    ("no-max", "no-max", "ps6_network/flora_overflows", "loss_and_gradients"),
    ("no-max", "exp-overflow", "ps1_losses/wanda_overflows", "sigmoid_forward bce_with_logits_forward bce_with_logits_backward"),
    ("max-with-zero", "max-with-zero", "ps2_missing_sum/pia_underflows", "softmax_forward"),
    ("max-with-zero", "max-with-zero", "ps3_jacobian/toke_maximum_or_zero",
     "log_softmax_forward log_softmax_backward mse_softmax_backward"),
    ("max-with-zero", "max-with-zero", "ps4_fused/enno_maximum_or_zero",
     "softmax_cross_entropy_forward softmax_cross_entropy_backward cross_entropy_from_labels_forward "
     "cross_entropy_from_labels_backward"),
    ("max-with-zero", "max-with-zero", "ps4_fused/karla_maximum_or_zero", "logsumexp"),
    ("log-of-zero", "log-of-zero", "ps1_losses/tilda_logarithm_of_zero",
     "cross_entropy_forward cross_entropy_backward bce_with_logits_forward"),
    ("log-of-zero", "log-of-zero", "ps3_jacobian/rune_logarithm_of_softmax", "log_softmax_forward"),
    ("log-of-zero", "log-of-zero", "ps4_fused/finn_logarithm_of_softmax",
     "softmax_cross_entropy_forward cross_entropy_from_labels_forward"),
    ("log-of-zero", "log-of-zero", "ps6_network/gita_log_of_zero", "loss_and_gradients"),
    ("0-times-inf", "0-times-inf", "ps4_fused/finn_logarithm_of_softmax",
     "softmax_cross_entropy_backward cross_entropy_from_labels_backward"),
    ("clip", "clip", "ps1_losses/uwe_clips", "cross_entropy_forward cross_entropy_backward bce_with_logits_forward"),
    ("clip", "clip", "ps2_missing_sum/iris_clips", "softmax_forward softmax_backward"),
    ("clip", "clip", "ps4_fused/frauke_clips_for_labels", "cross_entropy_from_labels_forward cross_entropy_from_labels_backward"),
    ("clip", "clip", "ps4_fused/gritt_clips", "softmax_cross_entropy_forward softmax_cross_entropy_backward"),
    ("integer-logits", "integer-array", "ps3_jacobian/veit_integer_array", "log_softmax_forward"),
    ("integer-logits", "integer-array", "ps4_fused/kjell_integers", "smooth_labels"),
    ("integer-logits", "integer-array", "ps5_gradient_check/karl_whole_numbers", "central_difference"),
    ("mutates-input", "mutates-input", "ps1_losses/xaver_changes_the_inputs",
     "mse_forward mse_backward sigmoid_forward sigmoid_backward cross_entropy_forward cross_entropy_backward "
     "bce_with_logits_forward bce_with_logits_backward"),
    ("mutates-input", "mutates-input", "ps2_missing_sum/tara_changes_the_inputs", "softmax_forward softmax_backward"),
    ("mutates-input", "mutates-input", "ps3_jacobian/wiebke_changes_the_inputs",
     "log_softmax_forward log_softmax_backward softmax_jacobian softmax_backward_jacobian softmax_backward "
     "mse_softmax_backward"),
    ("mutates-input", "mutates-input", "ps4_fused/liv_changes_the_inputs",
     "logsumexp softmax_cross_entropy_forward softmax_cross_entropy_backward cross_entropy_from_labels_forward "
     "cross_entropy_from_labels_backward"),
    ("mutates-input", "mutates-input", "ps5_gradient_check/dina_moves_the_callers_array", "central_difference"),
    ("mutates-input", "mutates-input", "ps6_network/hugo_steps_inside", "loss_and_gradients"),
    ("mutates-input", "mutates-input", "ps6_network/jonas_spoils_g", "linear_backward"),
    ("mutates-input", "mutates-input", "ps6_network/lena_relu_in_place", "relu_forward"),
    ("double-softmax", "double-softmax", "ps2_missing_sum/finn_identity", "softmax_forward"),
    ("double-softmax", "double-softmax", "ps3_jacobian/imke_softmax_twice", "log_softmax_forward log_softmax_backward"),
    ("double-softmax", "double-softmax", "ps4_fused/detlef_softmax_twice_for_labels",
     "cross_entropy_from_labels_forward cross_entropy_from_labels_backward"),
    ("double-softmax", "double-softmax", "ps4_fused/runa_softmax_twice",
     "softmax_cross_entropy_forward softmax_cross_entropy_backward"),
    ("loss-lacks-minus", "loss-lacks-minus", "ps1_losses/falk_signs", "cross_entropy_forward bce_with_logits_forward"),
    ("loss-lacks-minus", "loss-lacks-minus", "ps4_fused/dean_signs",
     "softmax_cross_entropy_forward cross_entropy_from_labels_forward"),
    ("loss-lacks-minus", "loss-lacks-minus", "ps6_network/emil_loss_lacks_minus", "loss_and_gradients"),
    ("targets-must-sum-to-one", "targets-must-sum-to-one", "ps2_missing_sum/dario_targets_sum_to_one",
     "dL_dz_entry missing_part"),
    ("targets-must-sum-to-one", "targets-must-sum-to-one", "ps4_fused/edith_targets_sum_to_one",
     "softmax_cross_entropy_forward softmax_cross_entropy_backward"),
    ("weights-in-the-divisor", "weights-in-the-divisor", "ps4_fused/xeno_divides_by_all_rows",
     "cross_entropy_from_labels_forward cross_entropy_from_labels_backward"),
]


@pytest.mark.parametrize(("mistake", "slip", "student", "functions"), MISTAKES, ids=[f"{row[0]} {row[2]}" for row in MISTAKES])
def test_a_mistake_loses_points_and_is_named(mistake, slip, student, functions):
    submission = read_student(HERE / f"{student}.py")
    top = {problem.name: problem.max_score for problem in checks.load(submission.problem_set).problems}
    for function in functions.split():
        found = verdicts(submission.problem_set, cells_of(submission), functions=[function])
        assert sum(v.points for v in found if v.passed) < top[function], function
        assert {name for v in found for name in v.slips} == {slip}, function
        assert slip in SLIPS


@pytest.mark.parametrize(("student", "function"), [
    ("ps2_missing_sum/fatima_right_class", "softmax_backward"), ("ps3_jacobian/bela_right_einsum", "softmax_backward"),
    ("ps4_fused/petter_own_invention", "softmax_cross_entropy_backward"),
])
def test_neither_a_right_answer_nor_an_invention_would_pass_for_a_mistake(student, function):
    with pytest.raises(AssertionError):
        test_a_mistake_loses_points_and_is_named("", "missing-sum", student, function)
