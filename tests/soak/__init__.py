"""A lecture in fast motion, again and again: whatever grows from one hour to the next shows."""
