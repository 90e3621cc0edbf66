"""Right, with the math module and list comprehensions."""
# %% mse_forward
import math

def mse_forward(a, y):
    return sum(sum((p - q) ** 2 for p, q in zip(u, v)) / 2 for u, v in zip(a, y)) / len(a)
# %% cross_entropy_forward
def cross_entropy_forward(s, y):
    return math.fsum(-t * math.log(p) for p, t in zip(s.flat, y.flat) if t) / len(s)
# %% cross_entropy_backward
def cross_entropy_backward(s, y):
    return np.array([[-t / p / len(s) if t else 0.0 for p, t in zip(u, v)] for u, v in zip(s, y)])
# %% sigmoid_forward
def sigmoid_forward(z):
    return np.array([1 / (1 + math.exp(-v)) if v > 0 else 1 - 1 / (1 + math.exp(v)) for v in z.flat]).reshape(z.shape)
