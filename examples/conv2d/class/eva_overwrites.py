import numpy as np


def conv2d(x, k):
    height, width = x.shape[1] - k.shape[0] + 1, x.shape[2] - k.shape[1] + 1
    y = np.zeros((len(x), height, width))
    for a in range(k.shape[0]):
        for b in range(k.shape[1]):
            y += k[a, b] * x[:, a : a + height, b : b + width]
    return y


def conv2d_backward(x, k, g):
    height, width = g.shape[1:]
    dx, dk = np.zeros(x.shape), np.zeros(k.shape)
    for a in range(k.shape[0]):
        for b in range(k.shape[1]):
            dx[:, a : a + height, b : b + width] = k[a, b] * g
            dk[a, b] = (g * x[:, a : a + height, b : b + width]).sum()
    return dx, dk
