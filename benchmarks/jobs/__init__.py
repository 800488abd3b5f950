"""What is timed: each file a group of rows, ours beside PyTorch or faiss."""
