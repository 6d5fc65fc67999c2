"""Draws forty handwritten-looking digits, four of each class, and saves them in MNIST's format.

A digit is one or two pen strokes: smooth curves through a few points. Every drawing moves the points a little,
slants, turns and stretches the digit, and takes a pen of its own width. As in MNIST, the ink fits a square of
20 pixels and its centre of mass lies in the middle of the picture of 28.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

SIZE = 28  # pixels
BOX = 20.0  # pixels, the larger side of the ink
PER_CLASS = 4
STEPS = 12  # line segments between two points of a stroke
JITTER = 0.022  # standard deviation of a point, in heights of the digit

# Strokes of a digit 100 high: points "x,y", y downwards. A point given twice is a corner.
STROKES: dict[int, list[str]] = {
    0: ["40,0 12,18 2,52 14,88 38,100 62,82 70,45 60,12 40,0"],
    1: ["36,0 33,35 30,70 28,100"],
    2: ["4,22 18,3 46,2 60,22 48,50 24,77 2,97 2,97 35,96 70,95"],
    3: ["6,10 28,0 54,8 56,30 26,47 26,47 56,56 64,78 44,98 16,100 0,88"],
    4: ["12,2 8,28 6,52 6,52 30,54 60,50", "62,0 59,35 56,70 53,100"],
    5: ["64,2 40,3 18,4 18,4 14,24 10,44 10,44 36,39 58,54 60,78 40,97 16,100 0,92"],
    6: ["50,0 26,20 8,50 6,80 24,100 50,94 58,72 42,55 20,62 8,80"],
    7: ["0,8 30,5 62,4 62,4 48,34 34,67 24,100"],
    8: ["58,12 36,0 14,12 18,34 40,50 56,72 46,96 20,98 8,78 26,52 50,32 58,12"],
    9: ["56,20 36,2 12,14 6,36 22,50 44,42 56,20 56,20 54,50 50,75 46,100"],
}


def parse(stroke: str) -> np.ndarray:
    """Returns the points [n, 2] of a stroke in heights of the digit."""
    return np.array([[float(number) for number in point.split(",")] for point in stroke.split()]) / 100


def smooth(points: np.ndarray) -> np.ndarray:
    """Returns the Catmull-Rom curve through points [n, 2], as [m, 2]."""
    ends = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(ends[:-3], ends[1:-2], ends[2:-1], ends[3:]):
        pieces.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.concatenate([*pieces, points[-1:]])


def vary(strokes: list[str], rng: np.random.Generator) -> list[np.ndarray]:
    """Returns the strokes as curves [m, 2] of a hand that is never twice the same; unit: heights."""
    angle, slant = rng.normal(0, np.deg2rad(4.0)), rng.normal(0.10, 0.08)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = np.diag([rng.uniform(0.85, 1.15), 1.0]) @ np.array([[1.0, -slant], [0.0, 1.0]])
    curves = []
    for stroke in strokes:
        points = parse(stroke)
        moves = rng.normal(0, JITTER, points.shape)
        same = (points[1:] == points[:-1]).all(axis=1)
        moves[1:][same] = moves[:-1][same]  # a corner stays one point
        curves.append(smooth((points + moves) @ (turn @ shape).T))
    return curves


def distance(curves: list[np.ndarray]) -> np.ndarray:
    """Returns [SIZE, SIZE]: each pixel centre's distance to the nearest stroke, pixels."""
    axis = np.arange(SIZE) + 0.5
    pixels = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 1, 2)
    start = np.concatenate([curve[:-1] for curve in curves])
    along = np.concatenate([curve[1:] - curve[:-1] for curve in curves])
    share = ((pixels - start) * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-9)
    nearest = start + np.clip(share, 0, 1)[..., None] * along
    return np.linalg.norm(pixels - nearest, axis=-1).min(axis=1).reshape(SIZE, SIZE)


def ink(curves: list[np.ndarray], width: float) -> np.ndarray:
    """Returns the picture [SIZE, SIZE] in [0, 1]; the pen is `width` pixels wide and its edge about one."""
    return np.clip((width / 2 - distance(curves)) / 1.2 + 0.5, 0, 1)


def draw(label: int, rng: np.random.Generator) -> np.ndarray:
    """Returns one digit, uint8 [SIZE, SIZE]."""
    curves, width = vary(STROKES[label], rng), rng.uniform(2.0, 3.0)
    points = np.concatenate(curves)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (BOX - width) / (high - low).max()
    curves = [(curve - (low + high) / 2) * scale + SIZE / 2 for curve in curves]
    picture = ink(curves, width)
    axis = np.arange(SIZE) + 0.5
    centre = np.array([picture.sum(axis=0) @ axis, picture.sum(axis=1) @ axis]) / picture.sum()
    picture = ink([curve + SIZE / 2 - centre for curve in curves], width)
    return np.round(255 * picture).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for digits.npy and labels.npy")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    labels = np.repeat(np.arange(len(STROKES), dtype=np.uint8), PER_CLASS)
    digits = np.stack([draw(int(label), rng) for label in labels])
    options.out.mkdir(parents=True, exist_ok=True)
    np.save(options.out / "digits.npy", digits)
    np.save(options.out / "labels.npy", labels)


if __name__ == "__main__":
    main()
