"""What every family stands on: vectors, threads, memory that is used again, sizes, compiling."""
