"""What a hidden check is, and checks that can be had ready-made; `autograder.extend` is the door to it."""
