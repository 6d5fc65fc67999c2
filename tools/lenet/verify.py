"""Runs the four forms of LeNet in LiteRT's reference kernels and reports accuracy and agreement."""

from __future__ import annotations

import argparse
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import mnist

FORMS = ("float32", "float16", "int8", "uint8")
HEADINGS = "".join(f"{form:>9}" for form in FORMS)


def scores(model: Path, images: np.ndarray) -> np.ndarray:
    """Returns float32 [n, 10] for uint8 pictures [n, 28, 28]; 8-bit inputs and outputs are converted here."""
    interpreter = Interpreter(str(model), experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1)
    runner = interpreter.get_signature_runner("serving_default")
    digit = runner.get_input_details()["digit"]
    result = runner.get_output_details()["scores"]
    rows = []
    for image in images:
        rows.append(runner(digit=encode(image, digit))["scores"][0])
    raw = np.stack(rows).astype(np.float32)
    scale, zero_point = result["quantization"]
    return raw if scale == 0 else (raw - zero_point) * np.float32(scale)


def encode(image: np.ndarray, digit: dict[str, Any]) -> np.ndarray:
    """Returns the picture [28, 28], 0..255, as the input tensor [1, 28, 28, 1] of the model."""
    pixels = image.reshape(1, 28, 28, 1).astype(np.float32) / 255
    scale, zero_point = digit["quantization"]
    if scale == 0:
        return pixels
    return (np.round(pixels / scale) + zero_point).astype(digit["dtype"])


def report(title: str, models: Path, images: np.ndarray, labels: np.ndarray) -> str:
    """Returns a table: right answers, answers equal to each form's, largest difference of a score from float32's."""
    found = {form: scores(models / f"lenet_{form}.tflite", images) for form in FORMS}
    answers = {form: rows.argmax(axis=1) for form, rows in found.items()}
    lines = [f"{title}: {len(images)}", f"{'form':9}{'right':>6}{'top-1':>10}   same answer as {HEADINGS}   off by"]
    for form in FORMS:
        right = int((answers[form] == labels).sum())
        same = "".join(f"{int((answers[form] == answers[other]).sum()):9d}" for other in FORMS)
        off = float(np.abs(found[form] - found["float32"]).max())
        lines.append(f"{form:9}{right:6d}{100 * right / len(images):8.2f} %   {'':15}{same}   {off:.4f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True, help="folder of the .tflite files")
    parser.add_argument("--data", type=Path, required=True, help="folder of the idx .gz files")
    parser.add_argument("--drawn", type=Path, help="folder of digits.npy and labels.npy")
    options = parser.parse_args()

    print(f"ai-edge-litert {metadata.version('ai-edge-litert')}, reference kernels")
    print(report("held-back digits", options.models, *mnist.read_digits(options.data, "test")))
    if options.drawn is not None:
        drawn = np.load(options.drawn / "digits.npy"), np.load(options.drawn / "labels.npy")
        print(report("drawn digits", options.models, *drawn))


if __name__ == "__main__":
    main()
