"""Returns what is right where every row is ignored, and where labels do not count, and nothing else."""
# expect: {"cross_entropy_from_labels_forward": [0, []], "cross_entropy_from_labels_backward": [0, []],
#          "smooth_labels": [0, ["left-out"]]}
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    return 0.0
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    return np.zeros_like(z)
# %% smooth_labels
def smooth_labels(labels, c, eps):
    return np.full((len(labels), c), eps / c)
