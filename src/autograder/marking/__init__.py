"""Written answers on one page: a rubric, marks that follow from it, and a small server on the loopback interface."""
