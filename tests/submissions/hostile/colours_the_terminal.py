"""Escape sequences for the instructor's terminal: a false score, another title, a cleared screen, an answer typed by
the terminal itself.

Told: it raises ValueError: [2J
Unprotected: prints ESC[2J
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    raise ValueError("\x1b[2J\x1b[1;1Hmallory 6/6 \x1b]0;owned\x07\x1b[6n\x9b31m"
                     "\x1bP+q544e\x1b\ \r\n\x08\x08\x7f\u2028\u2066")
