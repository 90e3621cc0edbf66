"""An exception whose text is the grader's own words for a fault of its own.

Told: it raises NotImplementedError: the grader could not judge this (OSError
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    raise NotImplementedError(
        "the grader could not judge this (OSError: [Errno 28] No space left on device). Tell your instructor"
    )
