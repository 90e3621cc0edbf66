"""The instructor's machine of *The Missing Sum*: it reads, sandboxes, judges, records and reports submissions."""
