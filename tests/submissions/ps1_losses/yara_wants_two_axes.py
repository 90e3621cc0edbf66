"""Relies on a second axis that logits of shape (n,) do not have."""
# expect: {"bce_with_logits_forward": [4, []], "bce_with_logits_backward": [4, []]}
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    return (np.logaddexp(0, z) - z * y).sum(axis=1).mean()
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    n, c = z.shape
    return (sigmoid_forward(z) - y) / n
