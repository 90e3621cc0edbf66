"""A message with scripts, colours, half characters and a turned writing direction.

Told: it raises ValueError: <script>alert(1)</script>
Unprotected: prints <script>alert(1)</script>
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
def softmax_backward(s, g):
    raise ValueError("<script>alert(1)</script><svg onload=alert(1)>\x1b[31m\ud800\u202e\r\n=1+1")
