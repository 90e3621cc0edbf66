"""Forgets the case i = j: only the part -s_i s_j of the Jacobian, in one entry and in the whole."""
# expect: {"softmax_partial": [2, ["no-diagonal"]], "dL_dz_entry": [0, ["no-diagonal"]],
#          "softmax_backward": [0, ["no-diagonal"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    return -s[i] * s[j]
# %% softmax_backward
def softmax_backward(s, g):
    return -s * (g * s).sum(axis=1, keepdims=True)
