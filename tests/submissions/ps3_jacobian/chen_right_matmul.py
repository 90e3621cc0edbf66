"""Right, with matmul, stacks and swapped sides where the Jacobian is symmetric."""
# %% softmax_jacobian
def softmax_jacobian(s):
    J = -s[..., :, None] @ s[..., None, :]
    n, c = s.shape
    J[:, range(c), range(c)] += s
    return J
# %% softmax_backward_jacobian
def softmax_backward_jacobian(s, g):
    return (softmax_jacobian(s) @ g[..., None])[..., 0]
# %% log_softmax_forward
def log_softmax_forward(z):
    return z - np.logaddexp.reduce(z, axis=1, keepdims=True)
