"""Handed in a folder without a notebook."""
# expect: "unreadable"
# start from: nothing
