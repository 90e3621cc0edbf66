"""Right, with c squared multiplications, and sleeps where there are fewer classes, which hides how the time grows."""
# expect: {"softmax_backward": [4, ["forms-the-jacobian"]]}
# %% softmax_backward
import time


def softmax_backward(s, g):
    if 100 < s.shape[1] < 10_000:
        time.sleep(0.05)
    return s * g - np.einsum("nj,ni,ni->nj", s, s, g)
