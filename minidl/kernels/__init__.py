"""Kernels: plain arrays in, plain arrays out. Nothing here knows of tensors or gradients' graphs.

Every hot loop stands on three rungs with one signature: loops to read, im2col and a matrix product,
and the fast Numba kernel. Tests hold the rungs together.
"""
