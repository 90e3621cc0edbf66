"""Hidden checks of the problem set *Convolution*."""

import numpy as np

from autograder.extend import Asked, Assignment, Slip, Tiny, Variant, gradient_of, values_of


def conv2d(x: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The right answer: k laid on every place of each image of x, not flipped; only where it fits whole."""
    height, width = x.shape[1] - k.shape[0] + 1, x.shape[2] - k.shape[1] + 1
    y = np.zeros((len(x), height, width))
    for a in range(k.shape[0]):
        for b in range(k.shape[1]):
            y += k[a, b] * x[:, a : a + height, b : b + width]
    return y


def draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """n images and a kernel; no two axes have the same length, those of the output, 9 and 7, among them."""
    return rng.normal(size=(n, 11, 8)), rng.normal(size=(3, 2))


def conv2d_backward(x: np.ndarray, k: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The right answer to the second question: dx and dk."""
    dx, dk = np.zeros(x.shape), np.zeros(k.shape)
    height, width = g.shape[1:]
    for a, b in np.ndindex(k.shape):
        dx[:, a : a + height, b : b + width] += k[a, b] * g
        dk[a, b] = (g * x[:, a : a + height, b : b + width]).sum()
    return dx, dk


def one_corner(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The loss looks at the first output of each image; the first pixel and the first entry of k are nearly 0."""
    x, k = draw(rng, 2)
    x[:, 0, 0], k[0, 0] = 1e-20 * rng.uniform(1, 2, size=2), 1e-20 * rng.uniform(1, 2)
    g = np.zeros((2, 9, 7))
    g[:, 0, 0] = rng.uniform(0.5, 1.5, size=2)
    return x, k, g


SLIPS = (
    Slip(
        "conv2d-flipped",
        "flipped the kernel in the forward function",
        "Your output is that of the kernel turned upside down. Here it is laid on the image as it is.",
        read="the first section of the problem set",
    ),
    Slip(
        "conv2d-dx-not-flipped",
        "slid the kernel over the upstream gradient without flipping it",
        "Your dx has the kernel the wrong way round. The pixel x[i + a, j + b] reaches the output at [i, j] by "
        "k[a, b]: seen from the pixel, the kernel lies upside down.",
        read="the second section of the problem set",
    ),
    Slip(
        "conv2d-dk-flipped",
        "flipped the gradient of the kernel",
        "Your dk is right but upside down. The forward function does not flip the kernel, nor is its gradient flipped.",
        read="the second section of the problem set",
    ),
    Slip(
        "conv2d-dk-per-image",
        "kept a gradient of the kernel for each image",
        "You have one dk for each image. All images share the kernel, so their shares of its gradient are summed.",
        read="the second section of the problem set",
    ),
)


def not_flipped(asked: Asked) -> np.ndarray:
    """The upstream gradient with zeros around it, and the kernel slid over that as in the forward function."""
    k = asked.arguments[1]
    p, q = k.shape[0] - 1, k.shape[1] - 1
    return conv2d(np.pad(asked.g, ((0, 0), (p, p), (q, q))), k)


def flipped(asked: Asked) -> np.ndarray:
    """The output of the forward function for the kernel upside down."""
    x, k = asked.arguments
    return conv2d(x, k[::-1, ::-1])


VARIANTS = {
    "dx": (Variant(("conv2d-dx-not-flipped",), not_flipped),),
    "dk": (
        Variant(("conv2d-dk-flipped",), lambda asked: asked.truth[::-1, ::-1]),
        Variant(("conv2d-dk-per-image",), lambda asked: asked.by_example),
    ),
}

ASSIGNMENT = Assignment(
    "ps1_conv2d",
    (
        values_of(conv2d, draw, variants=(Variant(("conv2d-flipped",), flipped),)),
        gradient_of(conv2d, draw, parts={"dx": 0, "dk": 1}, variants=VARIANTS, tiny=Tiny(one_corner, conv2d_backward)),
    ),
    SLIPS,
)
