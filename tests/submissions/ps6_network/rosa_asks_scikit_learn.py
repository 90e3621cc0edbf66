"""Hands the training to scikit-learn, which is not there while grading."""
# expect: {"train": [0, []]}
# %% train
def train(X, y, seed):
    from sklearn.neural_network import MLPClassifier
    model = MLPClassifier((64,), random_state=seed).fit(X, y.argmax(axis=1))
    (W1, W2), (b1, b2) = model.coefs_, model.intercepts_
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
