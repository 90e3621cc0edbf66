"""What is kept: the course, the people, the gradebook, and what grading recorded."""
