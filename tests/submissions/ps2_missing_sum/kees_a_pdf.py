"""Handed in a PDF that was given a notebook's name."""
# expect: "unreadable"
# start from: nothing
# %% raw
# %PDF-1.7
# 1 0 obj
# << /Type /Catalog /Pages 2 0 R >>
# endobj
# trailer
# << /Root 1 0 R >>
# %%EOF
