"""Returns parameters that she trained on the digits beforehand, here random ones in their place."""
# expect: {"train": [0, ["ignores-the-data"]]}
# %% train
def train(X, y, seed):
    rng = np.random.default_rng(0)
    return {"W1": rng.normal(size=(64, 64)), "b1": np.zeros(64), "W2": rng.normal(size=(64, 10)), "b2": np.zeros(10)}
