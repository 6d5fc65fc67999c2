"""Trains LeNet on MNIST digits with NumPy and saves the parameters of its sigmoid form.

The schedule is fixed before the run starts and the last state is the result: neither the validation digits
(a part of the training file) nor the held-back test digits choose anything; the latter are not even read.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TextIO

import numpy as np

import augment
import mnist
import network
from network import Parameters

BATCH = 64
PEAK_RATE = 1.5e-3
WARM_UP = 400  # steps
DECAY = 0.1  # weight decay, per unit of learning rate, weights only
SMOOTHING = 0.05  # share of the target spread evenly over the classes
DROP = 0.25
MEAN_DECAY = 0.998  # of the running mean of the parameters, which is what is saved
BETA1, BETA2, EPSILON = 0.9, 0.99, 1e-8


def learning_rate(step: int, steps: int) -> float:
    """Linear warm-up, then half a cosine down to 0."""
    if step < WARM_UP:
        return PEAK_RATE * (step + 1) / WARM_UP
    return PEAK_RATE * 0.5 * (1 + np.cos(np.pi * (step - WARM_UP) / max(1, steps - WARM_UP)))


class Optimizer:
    """Adam with decoupled weight decay, and a running mean of the parameters."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.mean = {name: array.copy() for name, array in parameters.items()}
        self._first = {name: np.zeros_like(array) for name, array in parameters.items()}
        self._second = {name: np.zeros_like(array) for name, array in parameters.items()}
        self._steps = 0

    def step(self, gradient: Parameters, rate: float) -> None:
        """Moves every parameter once; `rate` is the learning rate of this step."""
        self._steps += 1
        scale = rate / (1 - BETA1**self._steps)
        root = (1 - BETA2**self._steps) ** -0.5
        keep = min(MEAN_DECAY, self._steps / (self._steps + 10))
        for name, value in self.parameters.items():
            g, first, second = gradient[name], self._first[name], self._second[name]
            first += (1 - BETA1) * (g - first)
            second += (1 - BETA2) * (g * g - second)
            if name.endswith("weight"):
                value *= np.float32(1 - rate * DECAY)
            value -= np.float32(scale) * first / (np.sqrt(second) * np.float32(root) + np.float32(EPSILON))
            self.mean[name] += np.float32(1 - keep) * (value - self.mean[name])


def targets(labels: np.ndarray) -> np.ndarray:
    """Returns smoothed one-hot rows, float32 [n, 10]."""
    rows = np.full((len(labels), network.CLASSES), SMOOTHING / network.CLASSES, np.float32)
    rows[np.arange(len(labels)), labels] += 1 - SMOOTHING
    return rows


def accuracy(parameters: Parameters, images: np.ndarray, labels: np.ndarray) -> float:
    """Returns the share of right top-1 answers of the tanh twin on uint8 pictures [n, 28, 28]."""
    right = 0
    for start in range(0, len(images), 250):
        part = images[start : start + 250].astype(np.float32) / 255
        logits, _ = network.forward(parameters, part)
        right += int((logits.argmax(axis=1) == labels[start : start + 250]).sum())
    return right / len(images)


def run_epoch(
    optimizer: Optimizer, images: np.ndarray, labels: np.ndarray, steps: tuple[int, int], rng: np.random.Generator
) -> float:
    """One pass over the digits; `steps` is (done before, in the whole run). Returns the mean loss, nats."""
    order = rng.permutation(len(images))
    losses = []
    for index in range(len(images) // BATCH):
        pick = order[index * BATCH : (index + 1) * BATCH]
        batch = augment.distort(images[pick] / np.float32(255), rng)
        logits, trace = network.forward(optimizer.parameters, batch, DROP, rng)
        probability, wanted = network.softmax(logits), targets(labels[pick])
        losses.append(float(-(wanted * np.log(probability + 1e-12)).sum(axis=1).mean()))
        gradient = network.backward(optimizer.parameters, trace, (probability - wanted) / np.float32(BATCH))
        optimizer.step(gradient, learning_rate(steps[0] + index, steps[1]))
    return float(np.mean(losses))


def train(
    images: np.ndarray, labels: np.ndarray, validation: int, epochs: int, rng: np.random.Generator, log: TextIO
) -> Parameters:
    """Trains on all but `validation` of the digits; returns the tanh twin's mean parameters."""
    order = rng.permutation(len(images))
    checked, used = order[:validation], order[validation:]
    optimizer = Optimizer(network.initial_parameters(rng))
    per_epoch = len(used) // BATCH
    for epoch in range(epochs):
        loss = run_epoch(optimizer, images[used], labels[used], (epoch * per_epoch, epochs * per_epoch), rng)
        share = accuracy(optimizer.mean, images[checked], labels[checked])
        print(f"epoch {epoch + 1:3d}  loss {loss:.4f}  validation {100 * share:.2f} %", file=log, flush=True)
    return optimizer.mean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the idx .gz files")
    parser.add_argument("--out", type=Path, required=True, help="folder for the parameters and the log")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=160)
    parser.add_argument("--validation", type=int, default=500, help="training digits kept apart for the log")
    options = parser.parse_args()

    options.out.mkdir(parents=True, exist_ok=True)
    images, labels = mnist.read_digits(options.data, "train")
    with (options.out / "lenet_training.log").open("w", encoding="utf-8") as log:
        flags = f"--seed {options.seed} --epochs {options.epochs} --validation {options.validation}"
        print(f"train.py --data DATA --out OUT {flags}", file=log)
        print(f"numpy {np.__version__}; {len(images)} training digits, {options.validation} of them apart", file=log)
        start = time.perf_counter()
        twin = train(images, labels, options.validation, options.epochs, np.random.default_rng(options.seed), log)
        print(f"trained in {(time.perf_counter() - start) / 60:.1f} minutes", file=log)
        print(f"{network.count_parameters(twin)} parameters", file=log)
    np.savez(options.out / "lenet_parameters.npz", **network.fold(twin))


if __name__ == "__main__":
    main()
