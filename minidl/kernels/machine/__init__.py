"""What every family stands on: vectors, threads, memory that is used again, and compiling."""
