"""Hands in the problem set as it was released."""
# expect: {"central_difference": [0, []], "relative_error": [0, []], "gradient_check": [0, []],
#          "find_the_bugs": [0, []]}
# start from: released
