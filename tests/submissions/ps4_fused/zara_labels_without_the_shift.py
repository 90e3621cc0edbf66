"""From labels she subtracts logits that were not shifted first, which float32 does not forgive."""
# expect: {"cross_entropy_from_labels_forward": [5, ["cancellation"]]}
# %% cross_entropy_from_labels_forward
def cross_entropy_from_labels_forward(z, labels, ignore_index=-100):
    kept = labels != ignore_index
    if not kept.any():
        return 0.0
    z, labels = z[kept], labels[kept]
    return (logsumexp(z) - z[np.arange(len(z)), labels]).mean()
