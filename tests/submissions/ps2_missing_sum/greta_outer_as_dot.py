"""Takes np.dot(s, s.T) for an outer product; for a vector it is one number."""
# expect: {"softmax_partial": [0, ["outer-as-dot"]], "dL_dz_entry": [0, ["outer-as-dot"]],
#          "softmax_backward": [0, ["outer-as-dot"]]}
# %% softmax_partial
def softmax_partial(s, i, j):
    J = np.diag(s) - np.dot(s, s.T)
    return J[i, j]
# %% softmax_backward
def softmax_backward(s, g):
    return np.array([gk @ (np.diag(sk) - np.dot(sk, sk.T)) for sk, gk in zip(s, g)])
