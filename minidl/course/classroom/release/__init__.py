"""What students, and platforms, get: the course without its answers in the open."""
