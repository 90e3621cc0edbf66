"""Right, with einsum; the results are not contiguous in memory."""
# %% log_softmax_backward
def log_softmax_backward(z, g):
    s = np.exp(log_softmax_forward(z))
    return (g.T - np.einsum("nj,ni->jn", s, g)).T
# %% softmax_jacobian
def softmax_jacobian(s):
    return np.einsum("ni,ij->nij", s, np.eye(s.shape[1])) - np.einsum("ni,nj->nij", s, s)
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return np.einsum("nij,ni->jn", softmax_jacobian(s), g).T
# %% softmax_backward
def softmax_backward(s, g):
    return s * g - np.einsum("nj,n->nj", s, np.einsum("ni,ni->n", s, g))
