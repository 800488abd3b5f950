"""`python -m benchmarks`."""

from benchmarks.run import app

app()
