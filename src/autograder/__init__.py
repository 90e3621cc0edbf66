"""The instructor's machine of *The Missing Sum*: it reads, sandboxes, judges, records and reports submissions."""


class CannotProceed(RuntimeError):
    """Something must be done first; the message says what is wrong and what to do."""
