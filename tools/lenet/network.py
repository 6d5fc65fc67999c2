"""LeNet and its training twin, in NumPy.

The network in the files is C(5,1,16) SAME, sigmoid; average pool 2/2; C(5,1,32) VALID, sigmoid; flatten;
FC 256 sigmoid; FC 128 sigmoid; FC 10 softmax. It is trained as the same network with tanh in the place of
sigmoid, because activations centred on zero train well. sigmoid(2 z) = (tanh(z) + 1) / 2, so `fold` turns the
trained parameters into those of the sigmoid network exactly; only float rounding separates the two.

Weights are kept as matrices [inputs, outputs]; the inputs of a convolution are ordered row, column, channel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

IMAGE = 28
CLASSES = 10
KERNEL = 5
LAYERS = (("conv1", 25, 16), ("conv2", 400, 32), ("fc1", 3200, 256), ("fc2", 256, 128), ("fc3", 128, 10))
Parameters = dict[str, np.ndarray]


def initial_parameters(rng: np.random.Generator) -> Parameters:
    """Returns weights of variance 1 / inputs and zero biases, float32."""
    parameters: Parameters = {}
    for name, inputs, outputs in LAYERS:
        weights = rng.normal(0, inputs**-0.5, (inputs, outputs))
        parameters[f"{name}.weight"] = weights.astype(np.float32)
        parameters[f"{name}.bias"] = np.zeros(outputs, np.float32)
    parameters["conv1.weight"] *= 2.0  # most pixels are 0, so the plain rule would start too quiet
    return parameters


def count_parameters(parameters: Parameters) -> int:
    """Returns the number of trained values."""
    return sum(array.size for array in parameters.values())


def patches(x: np.ndarray) -> np.ndarray:
    """Returns the KERNEL x KERNEL windows of x [n, h, w, c] as [n * oh * ow, KERNEL * KERNEL * c]."""
    n, h, w, c = x.shape
    oh, ow = h - KERNEL + 1, w - KERNEL + 1
    x = np.ascontiguousarray(x)
    pixel = c * x.itemsize  # not x.strides: NumPy may give an axis of size 1 any stride
    row = w * pixel
    view = as_strided(x, (n, oh, ow, KERNEL, KERNEL * c), (h * row, row, pixel, row, x.itemsize))
    return view.reshape(n * oh * ow, KERNEL * KERNEL * c)


def scatter(grad: np.ndarray, shape: tuple[int, int, int, int]) -> np.ndarray:
    """Adds the gradients of `patches` back into an array of `shape` [n, h, w, c]."""
    n, h, w, c = shape
    oh, ow = h - KERNEL + 1, w - KERNEL + 1
    windows = grad.reshape(n, oh, ow, KERNEL, KERNEL, c)
    out = np.zeros(shape, np.float32)
    for row in range(KERNEL):
        for column in range(KERNEL):
            out[:, row : row + oh, column : column + ow] += windows[:, :, :, row, column]
    return out


def pad_same(images: np.ndarray) -> np.ndarray:
    """Returns [n, 32, 32, 1]: the pictures [n, 28, 28] with the border that SAME padding reads."""
    return np.pad(images, ((0, 0), (2, 2), (2, 2)))[..., None]


def pool(x: np.ndarray) -> np.ndarray:
    """Average pool 2/2 of [n, h, w, c]."""
    return 0.25 * (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2])


def unpool(grad: np.ndarray) -> np.ndarray:
    """The gradient of `pool`: [n, h, w, c] to [n, 2h, 2w, c]."""
    return np.repeat(np.repeat(0.25 * grad, 2, axis=1), 2, axis=2)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Returns probabilities [n, classes]."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


@dataclass
class Trace:
    """What the backward pass needs of one forward pass of the tanh twin."""

    patches1: np.ndarray  # [n * 784, 25]
    hidden1: np.ndarray  # [n, 28, 28, 16]
    patches2: np.ndarray  # [n * 100, 400]
    hidden2: np.ndarray  # [n, 3200]
    mask2: np.ndarray | float  # dropout of hidden2, 0 or 1 / kept share
    hidden3: np.ndarray  # [n, 256]
    mask3: np.ndarray | float
    hidden4: np.ndarray  # [n, 128]


def _mask(shape: tuple[int, int], drop: float, rng: np.random.Generator | None) -> np.ndarray | float:
    if rng is None or drop == 0.0:
        return 1.0
    return (rng.random(shape, dtype=np.float32) >= drop).astype(np.float32) / np.float32(1.0 - drop)


def forward(
    p: Parameters, images: np.ndarray, drop: float = 0.0, rng: np.random.Generator | None = None
) -> tuple[np.ndarray, Trace]:
    """Runs the tanh twin on images [n, 28, 28] in [0, 1]; returns logits [n, 10] and the trace."""
    n = len(images)
    patches1 = patches(pad_same(images))
    hidden1 = np.tanh(patches1 @ p["conv1.weight"] + p["conv1.bias"]).reshape(n, 28, 28, 16)
    patches2 = patches(pool(hidden1))
    hidden2 = np.tanh(patches2 @ p["conv2.weight"] + p["conv2.bias"]).reshape(n, 3200)
    mask2 = _mask(hidden2.shape, drop, rng)
    hidden3 = np.tanh((hidden2 * mask2) @ p["fc1.weight"] + p["fc1.bias"])
    mask3 = _mask(hidden3.shape, drop, rng)
    hidden4 = np.tanh((hidden3 * mask3) @ p["fc2.weight"] + p["fc2.bias"])
    logits = hidden4 @ p["fc3.weight"] + p["fc3.bias"]
    return logits, Trace(patches1, hidden1, patches2, hidden2, mask2, hidden3, mask3, hidden4)


def backward(p: Parameters, t: Trace, grad: np.ndarray) -> Parameters:
    """Returns the gradient of every parameter from that of the logits [n, 10]."""
    n = len(grad)
    g: Parameters = {}

    def dense(name: str, inputs: np.ndarray, outputs_grad: np.ndarray) -> None:
        g[f"{name}.weight"] = inputs.T @ outputs_grad
        g[f"{name}.bias"] = outputs_grad.sum(axis=0)

    dense("fc3", t.hidden4, grad)
    grad = (grad @ p["fc3.weight"].T) * (1 - t.hidden4**2)
    dense("fc2", t.hidden3 * t.mask3, grad)
    grad = (grad @ p["fc2.weight"].T) * t.mask3 * (1 - t.hidden3**2)
    dense("fc1", t.hidden2 * t.mask2, grad)
    grad = (grad @ p["fc1.weight"].T) * t.mask2 * (1 - t.hidden2**2)
    grad = grad.reshape(-1, 32)
    dense("conv2", t.patches2, grad)
    grad = scatter(grad @ p["conv2.weight"].T, (n, 14, 14, 16))
    grad = (unpool(grad) * (1 - t.hidden1**2)).reshape(-1, 16)
    dense("conv1", t.patches1, grad)
    return g


def fold(p: Parameters) -> Parameters:
    """Turns parameters of the tanh twin into those of the sigmoid network; float32 in and out."""
    folded: Parameters = {}
    for index, (name, _, _) in enumerate(LAYERS):
        weight = p[f"{name}.weight"].astype(np.float64)
        bias = p[f"{name}.bias"].astype(np.float64)
        if index > 0:  # the inputs are 2 s - 1, with s the sigmoid's output
            bias, weight = bias - weight.sum(axis=0), 2 * weight
        if index < len(LAYERS) - 1:  # tanh(z) = 2 sigmoid(2 z) - 1
            bias, weight = 2 * bias, 2 * weight
        folded[f"{name}.weight"] = weight.astype(np.float32)
        folded[f"{name}.bias"] = bias.astype(np.float32)
    return folded


def sigmoid(z: np.ndarray) -> np.ndarray:
    """The logistic function, by way of tanh, which does not overflow."""
    return 0.5 * np.tanh(0.5 * z) + 0.5


def run_sigmoid(p: Parameters, images: np.ndarray) -> dict[str, np.ndarray]:
    """Runs the sigmoid network on images [n, 28, 28] in [0, 1]; returns each layer's pre-activation by name."""
    n = len(images)
    z: dict[str, np.ndarray] = {}
    z["conv1"] = (patches(pad_same(images)) @ p["conv1.weight"] + p["conv1.bias"]).reshape(n, 28, 28, 16)
    z["conv2"] = patches(pool(sigmoid(z["conv1"]))) @ p["conv2.weight"] + p["conv2.bias"]
    z["fc1"] = sigmoid(z["conv2"]).reshape(n, 3200) @ p["fc1.weight"] + p["fc1.bias"]
    z["fc2"] = sigmoid(z["fc1"]) @ p["fc2.weight"] + p["fc2.bias"]
    z["fc3"] = sigmoid(z["fc2"]) @ p["fc3.weight"] + p["fc3.bias"]
    return z
