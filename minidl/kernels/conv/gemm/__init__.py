"""Convolution of any size as one matrix product whose left side is gathered as it is needed."""
