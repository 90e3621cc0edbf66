"""What an instructor types: a module a command or kin, and what they have in common."""
