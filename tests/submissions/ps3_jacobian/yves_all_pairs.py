"""Right, and without a matrix in memory, but with c squared multiplications."""
# expect: {"softmax_backward": [4, ["forms-the-jacobian"]]}
# %% softmax_backward
def softmax_backward(s, g):
    return s * g - np.einsum("nj,ni,ni->nj", s, s, g)
