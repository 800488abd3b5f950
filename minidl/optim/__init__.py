"""Optimisers and learning-rate schedules, with PyTorch's update rules and defaults."""

from minidl.optim.adam import Adam, AdamW
from minidl.optim.clip import clip_grad_norm
from minidl.optim.lbfgs import LBFGS
from minidl.optim.optimizer import Optimizer
from minidl.optim.schedule import CosineLR, StepLR
from minidl.optim.sgd import SGD

__all__ = ["LBFGS", "SGD", "Adam", "AdamW", "CosineLR", "Optimizer", "StepLR", "clip_grad_norm"]
