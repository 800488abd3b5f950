"""3x3 convolution with a quarter of the multiplications: Winograd's F(4x4, 3x3)."""
