"""Scripts, frames, event handlers and style in the answer that formgrader shows.

Told: nothing
"""
# expect: {}
# %% where_the_sum_comes_from [markdown]
# <script>alert(1)</script> <img src=x onerror=alert(1)> <iframe src="javascript:alert(1)"></iframe>
# [a](javascript:alert(1)) ![b](http://192.0.2.1/x.png) <style>body{display:none}</style> <svg onload=alert(1)>
