"""Seeded random inputs in ranges that mean something to the tensor."""

from __future__ import annotations

import numpy

from model_file import NUMPY_TYPES

SMALL_INDEX = 10


def _stretch(rows: numpy.ndarray, size: int, axis: int) -> numpy.ndarray:
    """Linear interpolation of one axis to `size` samples."""
    old = rows.shape[axis]
    at = numpy.linspace(0, old - 1, size)
    low = numpy.minimum(at.astype(int), old - 1)
    high = numpy.minimum(low + 1, old - 1)
    weight = (at - low).reshape([-1 if i == axis else 1 for i in range(rows.ndim)])
    return numpy.take(rows, low, axis) * (1 - weight) + numpy.take(rows, high, axis) * weight


def picture(shape: tuple[int, ...], generator: numpy.random.Generator) -> numpy.ndarray:
    """0..1, smooth with some noise: what a network expects of a photograph more than white noise is."""
    batch, height, width, channels = shape
    coarse = generator.random((batch, height // 12 + 2, width // 12 + 2, channels))
    smooth = _stretch(_stretch(coarse, height, 1), width, 2)
    return numpy.clip(0.9 * smooth + 0.1 * generator.random(shape), 0, 1)


def is_picture(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and min(shape) > 0 and shape[1] >= 16 and shape[2] >= 16 and shape[3] in (1, 3)


def make_input(kind: str, shape: tuple[int, ...], seed: int, position: int, top: float = 1) -> numpy.ndarray:
    """One input. Float pictures by seed modulo 3: a picture in -1..1, white noise in 0..1, a picture in 0..1; with
    `top` 255 all in 0..255. 8 and 16 bit types take the same over their whole range. 32 and 64 bit integers are mostly
    indices and stay small."""
    generator = numpy.random.default_rng([seed, position])
    dtype = NUMPY_TYPES[kind]
    form = seed % 3
    if kind in ("int32", "int64", "uint32", "uint64"):
        return generator.integers(0, SMALL_INDEX, shape).astype(dtype)
    if kind == "bool":
        return generator.integers(0, 2, shape).astype(dtype)
    unit = picture(shape, generator) if is_picture(shape) and form != 1 else generator.random(shape)
    if kind.startswith("float"):
        if is_picture(shape):
            return (2 * unit - 1 if form == 0 and top == 1 else top * unit).astype(dtype)
        return (generator.standard_normal(shape) if form == 2 else 2 * unit - 1).astype(dtype)
    limits = numpy.iinfo(dtype)
    return numpy.rint(limits.min + unit * (limits.max - limits.min)).astype(dtype)
