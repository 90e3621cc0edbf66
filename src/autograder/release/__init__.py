"""What students get: the student versions of the problem sets, and the bundle."""
