"""Writes the four .tflite forms of a trained LeNet."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as schema

import forms
import mnist
from forms import Form
from network import CLASSES, IMAGE
from tflite_writer import ModelWriter

CALIBRATION_DIGITS = 2000
DEQUANTIZE_FLOAT16_VERSION = 3


class LeNetWriter:
    """Writes LeNet's graph in one form; each method adds one node and returns its output's tensor index."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._model = ModelWriter(form.title)

    def write(self) -> bytes:
        """Returns the file."""
        digit = self._activation("digit", (1, IMAGE, IMAGE, 1))
        x = self._convolution("conv1", digit, (1, 28, 28, 16), schema.Padding.SAME)
        x = self._pool(self._sigmoid("conv1", x, (1, 28, 28, 16)))
        x = self._convolution("conv2", x, (1, 10, 10, 32), schema.Padding.VALID)
        x = self._reshape(self._sigmoid("conv2", x, (1, 10, 10, 32)), (1, 3200))
        x = self._sigmoid("fc1", self._dense("fc1", x, (1, 256)), (1, 256))
        x = self._sigmoid("fc2", self._dense("fc2", x, (1, 128)), (1, 128))
        scores = self._softmax(self._dense("fc3", x, (1, CLASSES)))
        return self._model.finish({"digit": digit}, {"scores": scores}, "serving_default")

    def _activation(self, name: str, shape: tuple[int, ...]) -> int:
        return self._model.add_tensor(name, shape, self._form.dtype, self._form.activations.get(name))

    def _constant(self, name: str) -> int:
        """Adds a constant, and for float16 the DEQUANTIZE node that widens it."""
        constant = self._form.constants[name]
        if constant.data.dtype != np.float16:
            return self._model.add_constant(name, constant.data, constant.quantization)
        stored = self._model.add_constant(f"{name}.float16", constant.data)
        widened = self._model.add_tensor(name, constant.data.shape, np.float32)
        self._model.add_node("DEQUANTIZE", DEQUANTIZE_FLOAT16_VERSION, [stored], [widened])
        return widened

    def _node(self, operator: str, inputs: list[int], output: int, **options: object) -> int:
        self._model.add_node(operator, self._form.versions.get(operator, 1), inputs, [output], **options)
        return output

    def _convolution(self, name: str, x: int, shape: tuple[int, ...], padding: int) -> int:
        inputs = [x, self._constant(f"{name}.weight"), self._constant(f"{name}.bias")]
        output = self._activation(name, shape)
        return self._node("CONV_2D", inputs, output, padding=padding, strideW=1, strideH=1)

    def _dense(self, name: str, x: int, shape: tuple[int, ...]) -> int:
        inputs = [x, self._constant(f"{name}.weight"), self._constant(f"{name}.bias")]
        return self._node("FULLY_CONNECTED", inputs, self._activation(name, shape))

    def _sigmoid(self, name: str, x: int, shape: tuple[int, ...]) -> int:
        return self._node("LOGISTIC", [x], self._activation(f"{name}.sigmoid", shape))

    def _pool(self, x: int) -> int:
        window = {"strideW": 2, "strideH": 2, "filterWidth": 2, "filterHeight": 2}
        output = self._activation("pool", (1, 14, 14, 16))
        return self._node("AVERAGE_POOL_2D", [x], output, padding=schema.Padding.VALID, **window)

    def _reshape(self, x: int, shape: tuple[int, ...]) -> int:
        target = self._model.add_constant("flat.shape", np.array(shape, np.int32))
        return self._node("RESHAPE", [x, target], self._activation("flat", shape), newShape=list(shape))

    def _softmax(self, x: int) -> int:
        return self._node("SOFTMAX", [x], self._activation("scores", (1, CLASSES)), beta=1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parameters", type=Path, required=True, help="lenet_parameters.npz of train.py")
    parser.add_argument("--data", type=Path, required=True, help="folder of the idx .gz files, for calibration")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .tflite files")
    options = parser.parse_args()

    with np.load(options.parameters) as stored:
        parameters = {name: stored[name] for name in stored.files}
    images, _ = mnist.read_digits(options.data, "train")
    ranges = forms.calibrate(parameters, images[:CALIBRATION_DIGITS].astype(np.float32) / 255)
    written = {
        "float32": forms.float_form(parameters, np.float32, "LeNet, float32"),
        "float16": forms.float_form(parameters, np.float16, "LeNet, float16 weights"),
        "int8": forms.int8_form(parameters, ranges),
        "uint8": forms.uint8_form(parameters, ranges),
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, form in written.items():
        (options.out / f"lenet_{name}.tflite").write_bytes(LeNetWriter(form).write())


if __name__ == "__main__":
    main()
