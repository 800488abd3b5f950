"""Passes over whole arrays: ReLU and its gradient, sums of gradients, moments over channels."""
