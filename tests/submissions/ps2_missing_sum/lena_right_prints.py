"""Right, with prints left in, some Unicode and a warning."""
# %% softmax_forward
import warnings

def softmax_forward(z):
    print("z ist", z.shape, "größter Logit →", z.max())
    e = np.exp(z - z.max(axis=1, keepdims=True))
    print(e)
    return e / e.sum(axis=1, keepdims=True)
# %% softmax_partial
def softmax_partial(s, i, j):
    print(i, j)
    delta = 1 if i == j else 0
    return s[i] * (delta - s[j])
# %% softmax_backward
def softmax_backward(s, g):
    warnings.warn("ist das jetzt richtig?")
    return s * (g - np.sum(s * g, axis=1, keepdims=True))
