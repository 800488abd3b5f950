"""Speed and memory of minidl beside PyTorch's, on this machine: `python -m benchmarks --help`."""
