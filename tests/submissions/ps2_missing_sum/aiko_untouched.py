"""Handed in as released, with the wrong softmax_backward that is given."""
# expect: {"softmax_forward": [0, []], "softmax_partial": [0, []], "dL_dz_entry": [0, []], "missing_part": [0, []],
#          "softmax_backward": [0, []]}
# start from: released
