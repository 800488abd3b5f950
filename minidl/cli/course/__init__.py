"""The commands of the course: they know the exercise machine."""
