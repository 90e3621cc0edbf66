"""Where code of students runs, and all that keeps it in there."""
