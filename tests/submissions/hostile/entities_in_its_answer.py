"""Script addresses written with entities, escapes and TeX macros, which a renderer puts together.

Told: nothing
"""
# expect: {}
# %% where_the_sum_comes_from [markdown]
# [a](java&#115;cript:alert(1)) [b](javascript\:alert(1)) $\newcommand\x[1]{\href{java#1:alert(1)}{c}}\x{script}$
