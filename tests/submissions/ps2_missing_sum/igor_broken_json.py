"""The notebook was cut off halfway through an upload."""
# expect: "unreadable"
# start from: nothing
# %% raw
# {
#  "cells": [
#   {
#    "cell_type": "code",
#    "execution_count": 1,
#    "id": "setup",
#    "metadata": {"nbgrader": {"grade_id": "setup", "locked": tr
