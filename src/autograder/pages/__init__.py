"""The pages that people read: a student's feedback and the report of the class."""
