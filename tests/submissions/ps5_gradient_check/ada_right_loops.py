"""Right, with a loop for everything."""
# %% central_difference
def central_difference(f, x, h):
    gradient = np.zeros(x.shape)
    flat = gradient.reshape(-1)
    for k in range(x.size):
        above = np.array(x, dtype=float)
        above.reshape(-1)[k] += h
        below = np.array(x, dtype=float)
        below.reshape(-1)[k] -= h
        flat[k] = (f(above) - f(below)) / (2 * h)
    return gradient
# %% relative_error
def relative_error(a, b):
    difference = sum((p - q) ** 2 for p, q in zip(a.ravel(), b.ravel())) ** 0.5
    size = max(sum(p * p for p in a.ravel()) ** 0.5, sum(q * q for q in b.ravel()) ** 0.5)
    if size == 0:
        return 0
    return difference / size
# %% why_ones_see_nothing [markdown]
# The sum of the probabilities is 1 whatever the logits are, so its derivative is 0: ones are in the null space of $J$.
# A function that returns zeros agrees. I would take a random Gaussian upstream gradient.
