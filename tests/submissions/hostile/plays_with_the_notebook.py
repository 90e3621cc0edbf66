"""Shows a score by the display hook, and turns later cells into nothing.

Told: is 0; it should be
Unprotected: prints displayed 6.0
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
get_ipython().displayhook(6.0)
get_ipython().input_transformers_post.append(lambda lines: ["pass"])
get_ipython().ast_transformers.append(None)


def softmax_backward(s, g):
    return 0 * s
