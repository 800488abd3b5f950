"""Passes over whole arrays: gradients of ReLU and bias, sums of two, moments channel by channel."""
