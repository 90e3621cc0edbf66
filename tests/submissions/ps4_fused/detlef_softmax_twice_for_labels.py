"""For labels, softmax is applied twice: the loss expects logits and gets probabilities."""
# expect: {"cross_entropy_from_labels_forward": [0, ["double-softmax"]],
#          "cross_entropy_from_labels_backward": [0, ["double-softmax"]]}
# %% after setup
def softmax(z):
    for _ in range(2):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        z = e / e.sum(axis=1, keepdims=True)
    return z
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    s = softmax(z[kept])
    return -np.log(s[np.arange(len(s)), labels[kept]]).mean()
# %% cross_entropy_from_labels_backward
def cross_entropy_from_labels_backward(z, labels, ignore_index=-100):
    kept, dz = labels != ignore_index, np.zeros(z.shape)
    if kept.any():
        dz[kept] = (softmax(z[kept]) - np.eye(z.shape[1])[labels[kept]]) / kept.sum()
    return dz
