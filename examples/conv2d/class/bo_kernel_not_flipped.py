import numpy as np


def conv2d(x, k):
    height, width = x.shape[1] - k.shape[0] + 1, x.shape[2] - k.shape[1] + 1
    y = np.zeros((len(x), height, width))
    for a in range(k.shape[0]):
        for b in range(k.shape[1]):
            y += k[a, b] * x[:, a : a + height, b : b + width]
    return y


def conv2d_backward(x, k, g):
    p, q = k.shape[0] - 1, k.shape[1] - 1
    dx = conv2d(np.pad(g, ((0, 0), (p, p), (q, q))), k)
    dk = np.zeros(k.shape)
    for image, upstream in zip(x, g, strict=True):
        dk += conv2d(image[None], upstream)[0]
    return dx, dk
