"""Another format of notebook, with a newer schema than nbgrader knows.

Told: format 4
"""
# expect: "unreadable"
# %% raw
# {"nbformat": 99, "worksheets": [{"cells": [{"metadata": {"nbgrader": {"schema_version": 9}}}]}]}
