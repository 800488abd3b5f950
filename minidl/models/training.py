"""The loop that trains an encoder, and that can be stopped and gone on with."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from minidl.arguments import Labels, Numbers, checked
from minidl.data import PKSampler
from minidl.data.prefetch import prefetched
from minidl.files import Name
from minidl.metric import diagnose
from minidl.models import weights_file
from minidl.models.alignment import CHIP
from minidl.models.batches import Batches
from minidl.models.face_embedding import FaceEmbedding, frozen_features
from minidl.models.face_encoder import FaceEncoder
from minidl.models.face_resnet import FaceResNet
from minidl.models.history import History
from minidl.models.recipe import Recipe
from minidl.nn import Module
from minidl.optim import AdamW, CosineLR
from minidl.progress import progress

Watch = Callable[[int, FaceEncoder], Any]
_AHEAD = 2  # batches that a thread prepares while one is learned from


@checked
def train_encoder(
    encoder: FaceEncoder, source: Batches, recipe: Recipe | None = None, *,
    checkpoint: Name | None = None, save_every: int = 100, quiet: bool = False,
    watch: Watch | None = None,
) -> History:  # fmt: skip
    """Trains an encoder in place on batches of P people with K pictures each.

    recipe: a `Recipe()` where None. checkpoint: a file that is written every `save_every` steps
    and when Ctrl-C is pressed; where it is there already, training goes on from it as if it had
    never stopped, to the bit.
    watch: called as watch(step, encoder) before the first step and after each.
    Raises ValueError where the checkpoint is of another recipe, encoder or source.
    """
    if save_every < 1:
        raise ValueError(f"train_encoder: given save_every={save_every}, expected at least 1")
    run = _Run(encoder, recipe or Recipe(), repr(source))
    if checkpoint is not None and Path(checkpoint).exists():
        run.load(checkpoint)
    try:
        with _interruptible() as stop:
            _loop(run, source, stop, checkpoint, save_every, quiet, watch)
    finally:
        encoder.eval()
    return run.history


@checked
def train_embedding(
    network: FaceResNet, chips: Numbers, labels: Labels, recipe: Recipe | None = None, *,
    dimensions: int = 32, people: int = 8, pictures: int = 4, quiet: bool = False,
) -> tuple[FaceEmbedding, History]:  # fmt: skip
    """Freezes a residual network and trains a small embedding on top, by the triplet loss.

    chips: (N, 3, 150, 150) of `align`, at least two of each person. labels: (N,), who they show.
    Each chip is learned from as it is and mirrored; the network sees them once, so that the steps
    cost next to nothing. recipe: 300 steps of batch-hard triplets where None. people, pictures: P
    and K of a batch, fewer where there are not as many.
    Raises ValueError where chips and labels do not fit, or there are fewer than two people.
    """
    given, who = np.asarray(chips), np.asarray(labels)
    names, who, counts = np.unique(who, return_inverse=True, return_counts=True)
    if who.shape != given.shape[:1] or len(names) < 2 or counts.min() < 2:
        raise ValueError(
            f"train_embedding: given chips {given.shape} and labels {who.shape} of {len(names)} "
            f"people, expected (N, 3, {CHIP}, {CHIP}) and (N,), two people or more, two chips each"
        )
    network.requires_grad_(False).eval()
    recipe = recipe or Recipe(steps=300, warm_up=100, lr=3e-3)
    both = np.concatenate([given, given[..., ::-1]])
    features, who = frozen_features(network, both), np.concatenate([who, who])
    embedding = FaceEmbedding(features, dimensions, seed=recipe.seed)
    run = _Steps(embedding, recipe)
    batches = PKSampler(
        who, min(people, len(names)), min(pictures, 2 * int(counts.min())), seed=recipe.seed,
        batches=recipe.steps,
    )  # fmt: skip
    for chosen in progress(batches, label="training", total=recipe.steps, quiet=quiet):
        run.step(features[chosen], who[chosen])
    return embedding.eval(), run.history


class _Steps:
    """All that changes while training: weights, the optimiser's memory, step, history."""

    def __init__(self, encoder: Module, recipe: Recipe) -> None:
        self.encoder, self.recipe, self.history = encoder, recipe, History()
        self.optimizer = AdamW(encoder.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay)
        self.schedule = CosineLR(self.optimizer, recipe.steps)

    def step(self, images: np.ndarray, labels: np.ndarray) -> None:
        self.optimizer.zero_grad()
        encodings = self.encoder(images)
        loss = self.recipe.loss(encodings, labels, len(self.history))
        if not np.isfinite(loss.item()):  # said before a step carries it into the weights
            raise ValueError(
                f"training: the loss is {loss.item()} at step {len(self.history)} (pictures "
                f"{images.shape}); look for NaN in the pictures, or lower lr={self.recipe.lr}"
            )
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.history.add(loss.item(), diagnose(encodings.data, labels, self.recipe.margin))


class _Run(_Steps):
    """Steps that can be stopped and gone on with."""

    encoder: FaceEncoder

    def __init__(self, encoder: FaceEncoder, recipe: Recipe, pictures: str) -> None:
        super().__init__(encoder, recipe)
        self.pictures = pictures

    def about(self) -> dict[str, Any]:
        """What a checkpoint must agree with."""
        return {
            "encoder": self.encoder.shape(),
            "recipe": asdict(self.recipe),
            "pictures": self.pictures,
        }

    def save(self, path: Name) -> None:
        arrays = {
            **{f"encoder.{k}": v for k, v in self.encoder.state_dict().items()},
            **{f"optimizer.{k}": np.asarray(v) for k, v in self.optimizer.state_dict().items()},
            "history": self.history.table(),
        }
        weights_file.write(path, arrays, self.about())

    def load(self, path: Name) -> None:
        arrays, about = weights_file.read(path)
        for part, here in self.about().items():
            if about.get(part) != here:
                raise ValueError(
                    f"{path} was made with {part} {about.get(part)}, asked for "
                    f"{here}; delete it to begin anew"
                )
        self.history = History(arrays["history"])
        self.encoder.load_state_dict(_under("encoder.", arrays))
        self.optimizer.load_state_dict(_under("optimizer.", arrays))
        self.schedule.load_state_dict({"count": len(self.history), "initial_lr": self.recipe.lr})


def _under(prefix: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}


def _loop(
    run: _Run, source: Batches, stop: threading.Event, checkpoint: Name | None, save_every: int,
    quiet: bool, watch: Watch | None,
) -> None:  # fmt: skip
    start, end = len(run.history), run.recipe.steps
    run.encoder.eval()
    if watch:
        watch(start, run.encoder)
    batches = prefetched(islice(source.batches(start), end - start), _AHEAD)
    with progress(label="training", total=end, quiet=quiet) as bar:
        bar.update(start)
        for images, labels in batches:
            run.encoder.train()
            run.step(images, labels)
            run.encoder.eval()
            step = len(run.history)
            bar.set_postfix_str(run.history.short(), refresh=False)
            bar.update()
            if watch:
                watch(step, run.encoder)
            if checkpoint is not None and (stop.is_set() or step % save_every == 0 or step == end):
                run.save(checkpoint)
            if stop.is_set():
                raise KeyboardInterrupt


@contextlib.contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Ctrl-C sets the event, so that a step is finished before the stop; a second one stops now."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.getsignal(signal.SIGINT)

    def pressed(number: int, frame: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    signal.signal(signal.SIGINT, pressed)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
