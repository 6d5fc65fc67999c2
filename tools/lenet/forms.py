"""The four forms of LeNet's numbers: float32, float16 weights, int8 and uint8.

A form says how each constant and each activation is stored; `convert.py` writes the same graph for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

import network
from network import Parameters
from tflite_writer import Quantization

# sigmoid(-6.24) is half of 1/256: beyond +-ln(511) the 8-bit output of LOGISTIC stays at its first or last code,
# so a pre-activation needs no wider range.
SIGMOID_RANGE = float(np.log(511.0))

FLOAT_VERSIONS = {name: 1 for name in ("CONV_2D", "LOGISTIC", "AVERAGE_POOL_2D", "FULLY_CONNECTED", "SOFTMAX")}
INT8_VERSIONS = {"CONV_2D": 3, "LOGISTIC": 2, "AVERAGE_POOL_2D": 2, "FULLY_CONNECTED": 4, "SOFTMAX": 2}


@dataclass(frozen=True)
class Constant:
    """Values as stored, in TFLite's layout: [out, 5, 5, in] of a convolution, [out, in] of a dense layer, [out]."""

    data: np.ndarray
    quantization: Quantization | None = None


@dataclass(frozen=True)
class Form:
    """How one file stores its numbers; an activation without an entry in `activations` is not quantised."""

    title: str
    dtype: Any  # of the activations
    constants: dict[str, Constant]
    versions: dict[str, int]
    activations: dict[str, Quantization] = field(default_factory=dict)


def stored_layout(name: str, parameters: Parameters) -> np.ndarray:
    """Returns the weight of layer `name` in TFLite's layout, float32."""
    weight = parameters[f"{name}.weight"].T
    if name.startswith("conv"):
        side = network.KERNEL
        weight = weight.reshape(len(weight), side, side, -1)
    return np.ascontiguousarray(weight)


def float_form(parameters: Parameters, dtype: Any, title: str) -> Form:
    """Float activations; constants of `dtype`, float32 or float16."""
    constants = {}
    for name, _, _ in network.LAYERS:
        constants[f"{name}.weight"] = Constant(stored_layout(name, parameters).astype(dtype))
        constants[f"{name}.bias"] = Constant(parameters[f"{name}.bias"].astype(dtype))
    return Form(title, np.float32, constants, FLOAT_VERSIONS)


def calibrate(parameters: Parameters, images: np.ndarray) -> dict[str, tuple[float, float]]:
    """Returns the range of each layer's pre-activation over images [n, 28, 28] in [0, 1]; it contains 0."""
    ranges = {name: (0.0, 0.0) for name, _, _ in network.LAYERS}
    for start in range(0, len(images), 250):
        for name, z in network.run_sigmoid(parameters, images[start : start + 250]).items():
            low, high = ranges[name]
            ranges[name] = (min(low, float(z.min())), max(high, float(z.max())))
    for name, (low, high) in ranges.items():
        if name != "fc3":  # every layer but the last goes through a sigmoid
            ranges[name] = (max(low, -SIGMOID_RANGE), min(high, SIGMOID_RANGE))
    return ranges


def _per_tensor(scale: float, zero_point: int) -> Quantization:
    return Quantization(np.array([scale], np.float32), np.array([zero_point], np.int64))


def asymmetric(low: float, high: float, first: int, last: int) -> Quantization:
    """Returns the quantisation that spreads [low, high], which contains 0, over the codes first..last."""
    scale = float(np.float32((high - low) / (last - first)))
    return _per_tensor(scale, int(np.clip(round(first - low / scale), first, last)))


def symmetric(weight: np.ndarray, per_channel: bool) -> Quantization:
    """Returns int8 quantisation with zero point 0 and codes -127..127; channels are index 0 of the weight."""
    rows = weight.reshape(len(weight) if per_channel else 1, -1)
    scale = (np.abs(rows).max(axis=1) / 127).astype(np.float32)
    return Quantization(scale, np.zeros(len(scale), np.int64))


def encode(values: np.ndarray, quantization: Quantization, dtype: Any, first: int, last: int) -> Constant:
    """Rounds `values` to the nearest codes within first..last; channels are index 0."""
    shape = (-1,) + (1,) * (values.ndim - 1)
    scale = quantization.scale.astype(np.float64).reshape(shape)
    codes = np.round(values / scale) + quantization.zero_point.reshape(shape)
    return Constant(np.clip(codes, first, last).astype(dtype), quantization)


def encode_bias(bias: np.ndarray, input_scale: np.ndarray, weight: Quantization) -> Constant:
    """Returns the bias as int32 with scale = input scale * weight scale and zero point 0."""
    scale = (input_scale * weight.scale).astype(np.float32)
    limits = np.iinfo(np.int32)
    return encode(bias, Quantization(scale, np.zeros(len(scale), np.int64)), np.int32, limits.min, limits.max)


def _activations(ranges: dict[str, tuple[float, float]], first: int) -> dict[str, Quantization]:
    """The quantisation of every activation whose codes start at `first`, -128 or 0."""
    unit = _per_tensor(1 / 256, first)  # LOGISTIC and SOFTMAX: TFLite's fixed rule; pooling and reshape keep it
    found = {"digit": _per_tensor(1 / 255, first), "pool": unit, "flat": unit, "scores": unit}
    for name, (low, high) in ranges.items():
        found[name] = asymmetric(low, high, first, first + 255)
        found[f"{name}.sigmoid"] = unit
    return found


_INPUT_OF = {"conv1": "digit", "conv2": "pool", "fc1": "flat", "fc2": "fc1.sigmoid", "fc3": "fc2.sigmoid"}


def int8_form(parameters: Parameters, ranges: dict[str, tuple[float, float]]) -> Form:
    """int8 activations and weights: symmetric, per output channel in convolutions, per tensor in dense layers."""
    activations, constants = _activations(ranges, -128), {}
    for name, _, _ in network.LAYERS:
        weight = stored_layout(name, parameters)
        quantization = symmetric(weight, per_channel=name.startswith("conv"))
        constants[f"{name}.weight"] = encode(weight, quantization, np.int8, -127, 127)
        input_scale = activations[_INPUT_OF[name]].scale
        constants[f"{name}.bias"] = encode_bias(parameters[f"{name}.bias"], input_scale, quantization)
    return Form("LeNet, int8", np.int8, constants, INT8_VERSIONS, activations)


def uint8_form(parameters: Parameters, ranges: dict[str, tuple[float, float]]) -> Form:
    """uint8 activations and weights, per tensor, asymmetric; weight code 0 stays free, as is the custom."""
    activations, constants = _activations(ranges, 0), {}
    for name, _, _ in network.LAYERS:
        weight = stored_layout(name, parameters)
        low, high = min(0.0, float(weight.min())), max(0.0, float(weight.max()))
        quantization = asymmetric(low, high, 1, 255)
        constants[f"{name}.weight"] = encode(weight, quantization, np.uint8, 1, 255)
        input_scale = activations[_INPUT_OF[name]].scale
        constants[f"{name}.bias"] = encode_bias(parameters[f"{name}.bias"], input_scale, quantization)
    return Form("LeNet, uint8", np.uint8, constants, FLOAT_VERSIONS, activations)
