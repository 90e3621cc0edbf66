"""A dot product for each entry: right, and the time grows with c squared."""
# expect: {"softmax_backward": [4, ["forms-the-jacobian"]]}
# %% softmax_backward
def softmax_backward(s, g):
    result = np.zeros_like(s)
    for j in range(s.shape[1]):
        result[:, j] = s[:, j] * (g[:, j] - (s * g).sum(axis=1))
    return result
