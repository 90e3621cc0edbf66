"""Takes the fused gradient s - y for the backward pass of softmax, with g for y, and the derivative of sigmoid once
more."""
# expect: {"dL_dz_entry": [0, ["extra-sigmoid-prime"]], "softmax_backward": [0, ["fused-as-softmax"]]}
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return (s[j] * y.sum() - y[j]) * s[j] * (1 - s[j])
# %% softmax_backward
def softmax_backward(s, g):
    return s - g
