"""Hands in the problem set as it was released."""
# expect: {"linear_forward": [0, []], "linear_backward": [0, []], "relu_forward": [0, []], "relu_backward": [0, []],
#          "loss_and_gradients": [0, []], "train": [0, []]}
# start from: released
