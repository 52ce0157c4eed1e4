"""What was made before, what it was made from, and whether that is as it was."""
