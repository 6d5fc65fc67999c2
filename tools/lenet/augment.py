"""Distorts digit pictures: a random affine map and a smooth random displacement, sampled bilinearly."""

from __future__ import annotations

import numpy as np

SIZE = 28
ROTATION = np.deg2rad(13.0)  # largest turn, radians
LOG_SCALE = 0.16  # largest natural logarithm of the scale of either axis
SHEAR = 0.25  # largest horizontal shift per unit of height
SHIFT = 2.2  # largest translation, pixels
KNOTS = 5  # the displacement is drawn on a KNOTS x KNOTS grid
WARP = 1.3  # standard deviation of the displacement at a knot, pixels


def _knot_weights() -> np.ndarray:
    """Returns [SIZE, KNOTS]: the share of each knot in each pixel, Gaussian, rows sum to 1."""
    pixels = np.arange(SIZE)[:, None]
    knots = np.linspace(0, SIZE - 1, KNOTS)[None, :]
    spacing = (SIZE - 1) / (KNOTS - 1)
    weights = np.exp(-0.5 * ((pixels - knots) / (0.6 * spacing)) ** 2)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


_WEIGHTS = _knot_weights()


def _affine_maps(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Returns matrices [count, 2, 2] and shifts [count, 2] (row, column; pixels)."""
    angle = rng.uniform(-ROTATION, ROTATION, count)
    scale = np.exp(rng.uniform(-LOG_SCALE, LOG_SCALE, (count, 2)))
    shear = rng.uniform(-SHEAR, SHEAR, count)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    slant = np.zeros((count, 2, 2))
    slant[:, 0, 0], slant[:, 1, 1], slant[:, 1, 0] = scale[:, 0], scale[:, 1], shear
    return (turn @ slant).astype(np.float32), rng.uniform(-SHIFT, SHIFT, (count, 2)).astype(np.float32)


def _sample(images: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Samples [count, SIZE, SIZE] at float pixel coordinates of the same shape; outside is 0."""
    padded = np.pad(images, ((0, 0), (1, 2), (1, 2)))
    width = SIZE + 3
    rows = np.clip(rows + 1, 0, SIZE + 1)
    columns = np.clip(columns + 1, 0, SIZE + 1)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top, columns - left
    first = np.arange(len(images), dtype=np.int32)[:, None, None] * (width * width)
    at = first + top * width + left
    flat = padded.reshape(-1)
    upper = flat[at] * (1 - right) + flat[at + 1] * right
    lower = flat[at + width] * (1 - right) + flat[at + width + 1] * right
    return upper * (1 - down) + lower * down


def distort(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns float32 [count, SIZE, SIZE], every picture distorted by a draw of its own."""
    count = len(images)
    matrices, shifts = _affine_maps(count, rng)
    centred = np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2
    grid = np.stack(np.meshgrid(centred, centred, indexing="ij")).reshape(2, -1)
    knots = rng.normal(0, WARP, (count, 2, KNOTS, KNOTS)).astype(np.float32)
    warp = _WEIGHTS @ knots @ _WEIGHTS.T
    where = (matrices @ grid).reshape(count, 2, SIZE, SIZE) + shifts[:, :, None, None] + warp
    where += (SIZE - 1) / 2
    return _sample(images.astype(np.float32), where[:, 0], where[:, 1]).astype(np.float32)
