"""Right values, but the arrays that were given are changed on the way."""
# expect: {"mse_forward": [2, ["mutates-input"]], "mse_backward": [2, ["mutates-input"]],
#          "sigmoid_forward": [2, ["mutates-input"]], "sigmoid_backward": [2, ["mutates-input"]],
#          "cross_entropy_forward": [4, ["mutates-input"]], "cross_entropy_backward": [4, ["mutates-input"]],
#          "bce_with_logits_forward": [4, ["mutates-input"]], "bce_with_logits_backward": [4, ["mutates-input"]]}
# %% mse_forward
def mse_forward(a, y):
    a -= y
    return (a ** 2).sum() / 2 / len(a)
# %% mse_backward
def mse_backward(a, y):
    a -= y
    a /= len(a)
    return a
# %% sigmoid_forward
def sigmoid_forward(z):
    z[z < -700] = -700
    return 1 / (1 + np.exp(-z))
# %% sigmoid_backward
def sigmoid_backward(a, g):
    g *= a
    g *= 1 - a
    return g
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    s[y == 0] = 1
    return -(y * np.log(s, out=s)).sum() / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    s[y == 0] = 1
    y /= -len(s)
    return y / s
# %% bce_with_logits_forward
def bce_with_logits_forward(z, y):
    y *= z
    return (np.logaddexp(0, z) - y).sum() / len(z)
# %% bce_with_logits_backward
def bce_with_logits_backward(z, y):
    y -= np.exp(-np.logaddexp(0, -z))
    y /= -len(z)
    return y
