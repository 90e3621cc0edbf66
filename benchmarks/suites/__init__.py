"""Other projects' published cases and test files, run on the reference. Their code is called, not copied."""
