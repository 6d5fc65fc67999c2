"""Reads digit pictures from the gzip-compressed idx files of MNIST."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

IMAGE_MAGIC = 2051
LABEL_MAGIC = 2049


def read_images(path: Path) -> np.ndarray:
    """Returns the pictures as uint8 [count, rows, columns], 0 for paper and 255 for ink."""
    data = gzip.decompress(path.read_bytes())
    magic, count, rows, columns = struct.unpack(">4I", data[:16])
    if magic != IMAGE_MAGIC or len(data) != 16 + count * rows * columns:
        raise ValueError(f"{path.name} is not an idx file of uint8 pictures")
    return np.frombuffer(data, np.uint8, offset=16).reshape(count, rows, columns)


def read_labels(path: Path) -> np.ndarray:
    """Returns the classes as uint8 [count]."""
    data = gzip.decompress(path.read_bytes())
    magic, count = struct.unpack(">2I", data[:8])
    if magic != LABEL_MAGIC or len(data) != 8 + count:
        raise ValueError(f"{path.name} is not an idx file of uint8 labels")
    return np.frombuffer(data, np.uint8, offset=8)


def read_digits(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Returns pictures uint8 [count, 28, 28] and labels uint8 [count] of `part`, "train" or "test"."""
    images = read_images(folder / f"{part}-images-idx3-ubyte.gz")
    labels = read_labels(folder / f"{part}-labels-idx1-ubyte.gz")
    if len(images) != len(labels):
        raise ValueError(f"{part}: {len(images)} pictures but {len(labels)} labels")
    return images, labels
