"""Right, with a plot in a cell of her own."""
# %% softmax_forward
def softmax_forward(z):
    log_s = z - np.logaddexp.reduce(z, axis=1)[:, None]
    return np.exp(log_s)
# %% after test_softmax_forward
import matplotlib.pyplot as plt

x = np.linspace(-5, 5)
plt.plot(x, softmax_forward(np.stack([x, 0 * x], axis=1)))
plt.title("softmax of two classes")
plt.show()
# %% softmax_backward
def softmax_backward(s, g):
    c = s.shape[1]
    return np.apply_along_axis(lambda row: row[:c] * (row[c:] - row[:c] @ row[c:]), 1, np.hstack([s, g]))
