"""Divides by a difference that is zero, which gives nan."""
# expect: {"missing_part": [0, []], "softmax_backward": [0, []]}
# %% missing_part
def missing_part(s, y):
    whole = s * y.sum() - y
    return whole * (s - s) / (s - s)
# %% softmax_backward
def softmax_backward(s, g):
    return np.log(-s) * (g - (s * g).sum(axis=1, keepdims=True))
