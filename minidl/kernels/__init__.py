"""Kernels: NumPy arrays in, NumPy arrays out. Nothing here knows of tensors or gradients' graphs.

Convolution and pooling stand on three rungs with one signature: loops to read, NumPy, and compiled
kernels. Matrix products, the search for neighbours and the passes over whole arrays have two: NumPy
and compiled. Tests hold the rungs together. README.md shows the way of a call through the folders.
"""
