"""Right, with the math module and one number at a time."""
# %% softmax_forward
import math

def softmax_forward(z):
    s = np.zeros(z.shape)
    for k in range(len(z)):
        shift = max(z[k])
        powers = [math.exp(v - shift) for v in z[k]]
        total = math.fsum(powers)
        s[k] = [p / total for p in powers]
    return s
# %% dL_dz_entry
def dL_dz_entry(s, y, j):
    return math.fsum(y) * s[j] - y[j]
# %% softmax_backward
def softmax_backward(s, g):
    dz = np.zeros(s.shape)
    for k in range(len(s)):
        dot = math.fsum(a * b for a, b in zip(s[k], g[k]))
        for j in range(len(s[k])):
            dz[k, j] = s[k, j] * (g[k, j] - dot)
    return dz
