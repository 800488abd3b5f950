"""minidl: deep learning for vision, built from NumPy with nothing hidden."""

from minidl import functional, nn, optim
from minidl.anomaly import detect_anomaly
from minidl.gradients import gradcheck
from minidl.kernels.machine.threads import get_num_threads, set_num_threads
from minidl.ops.elementwise import maximum, minimum, where
from minidl.ops.shape import concatenate, pad, stack
from minidl.seeding import manual_seed
from minidl.tensor import Tensor, no_grad, tensor

__version__ = "0.1.0"

__all__ = [
    "Tensor",
    "concatenate",
    "detect_anomaly",
    "functional",
    "get_num_threads",
    "gradcheck",
    "manual_seed",
    "maximum",
    "minimum",
    "nn",
    "no_grad",
    "optim",
    "pad",
    "set_num_threads",
    "stack",
    "tensor",
    "where",
]
