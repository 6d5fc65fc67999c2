"""Random single-operator models: convolutions, matrix products, pools, softmax, activations, quantisation.

Each family is a generator of cases. `python op_cases.py --driver BUILD/bin/op_driver [--count N] [--seed N] [family ...]`
runs them through our reference kernels and through LiteRT's reference resolver, and prints what differs. Integer results must be equal bit for
bit, float results within 1e-5 of the largest value, hybrid ones within 1 % (relative L2).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from op_model import Case, DTYPES, Tensor, litert

RANGES = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767)}


class Maker:
    def __init__(self, rng):
        self.rng = rng

    def pick(self, *items):
        return items[self.rng.integers(len(items))]

    def size(self, low, high):
        return int(self.rng.integers(low, high + 1))

    def scale(self, wide=True):
        """Usually ordinary, sometimes extreme."""
        if wide and self.rng.random() < 0.15:
            return float(np.float32(10.0 ** self.rng.uniform(-6, 3)))
        return float(np.float32(10.0 ** self.rng.uniform(-2.5, 0.3)))

    def zero(self, dtype):
        low, high = RANGES[dtype]
        return 0 if dtype == "int16" else self.pick(self.size(low, high), low, high, 0 if low < 0 else 128)

    def codes(self, dtype, shape):
        low, high = RANGES[dtype]
        if self.rng.random() < 0.2:
            return self.rng.choice([low, high, 0], size=shape)
        return self.rng.integers(low, high + 1, size=shape)

    def floats(self, shape, size=None):
        return (self.rng.normal(size=shape) * (size or 10.0 ** self.rng.uniform(-1, 1))).astype(np.float32)

    def activation(self):
        return self.pick(0, 0, 1, 2, 3)


def window_sizes(m):
    filter_h, filter_w = m.size(1, 4), m.size(1, 4)
    dilation = m.pick(1, 1, 1, 2, 3)
    padding = m.pick(0, 1)
    in_h = m.size(1, 9) + (dilation * (filter_h - 1) if padding else 0)
    in_w = m.size(1, 9) + (dilation * (filter_w - 1) if padding else 0)
    return in_h, in_w, filter_h, filter_w, dilation, padding


def out_size(padding, size, taps, stride, dilation=1):
    if padding == 0:
        return -(-size // stride)
    return (size - (taps - 1) * dilation - 1) // stride + 1


def weighted(m, kind, image_shape, filter_shape, channel_axis, out_shape, bias_dtype=None, per_channel=None):
    """Tensors image, filter, bias, output of a convolution-like operator, for one pairing of types."""
    channels = filter_shape[channel_axis]
    if kind in ("float", "hybrid"):
        image = Tensor("image", "float32", image_shape, "input", m.floats(image_shape))
        bias = Tensor("bias", "float32", [channels], "const", m.floats([channels]))
        out = Tensor("out", "float32", out_shape, "output")
        if kind == "float":
            return image, Tensor("filter", "float32", filter_shape, "const", m.floats(filter_shape)), bias, out
        scales = [m.scale(False) for _ in range(channels if per_channel is not False else 1)]
        codes = np.maximum(m.codes("int8", filter_shape), -127)  # LiteRT's SSE code is wrong for -128
        weights = Tensor("filter", "int8", filter_shape, "const", codes, scales, 0, channel_axis)
        return image, weights, bias, out
    dtype = {"uint8": "uint8", "int8": "int8", "int16": "int16"}[kind]
    per_channel = dtype != "uint8" and (m.pick(True, False) if per_channel is None else per_channel)
    filter_dtype = "uint8" if dtype == "uint8" else "int8"
    image_scale = m.scale()
    scales = [m.scale() for _ in range(channels if per_channel else 1)]
    # An output scale near what the sums need, so that most outputs are not saturated.
    depth = np.prod(filter_shape) / channels
    fair = image_scale * np.mean(scales) * np.sqrt(depth) * (40 if dtype != "int16" else 3000)
    out_scale = float(np.float32(fair * 10.0 ** m.rng.uniform(-1.5, 1.0)))
    image = Tensor("image", dtype, image_shape, "input", m.codes(dtype, image_shape), image_scale, m.zero(dtype))
    weights = Tensor("filter", filter_dtype, filter_shape, "const", m.codes(filter_dtype, filter_shape), scales,
                     m.zero("uint8") if dtype == "uint8" else 0, channel_axis)
    bias_dtype = bias_dtype or ("int32" if dtype != "int16" else m.pick("int32", "int64"))
    reach = 20000 if dtype != "int16" else 2000000
    bias = Tensor("bias", bias_dtype, [channels], "const", m.rng.integers(-reach, reach, size=channels),
                  [float(np.float32(image_scale) * np.float32(s)) for s in scales], 0)
    return image, weights, bias, Tensor("out", dtype, out_shape, "output", None, out_scale, m.zero(dtype))


def bias_type(bias):
    """LiteRT's int16 kernels believe this option, not the tensor."""
    return DTYPES[bias.dtype][0] if bias.dtype in ("int32", "int64") else 0


def conv(m, kinds=("float", "hybrid", "uint8", "int8", "int16")):
    kind = m.pick(*kinds)
    in_h, in_w, f_h, f_w, dilation, padding = window_sizes(m)
    stride_h, stride_w = m.size(1, 3), m.size(1, 3)
    groups = m.pick(1, 1, 1, 2, 3) if kind != "hybrid" else 1
    depth, filters = m.size(1, 6), groups * m.size(1, 5)
    image, batch = [m.size(1, 2), in_h, in_w, depth * groups], 0
    out = [image[batch], out_size(padding, in_h, f_h, stride_h, dilation),
           out_size(padding, in_w, f_w, stride_w, dilation), filters]
    tensors = weighted(m, kind, image, [filters, f_h, f_w, depth], 0, out)
    act = m.activation()
    params = dict(padding=padding, activation=act, strideH=stride_h, strideW=stride_w, dilationH=dilation,
                  dilationW=dilation)
    options = dict(padding=padding, fusedActivationFunction=act, strideH=stride_h, strideW=stride_w,
                   dilationHFactor=dilation, dilationWFactor=dilation, quantizedBiasType=bias_type(tensors[2]))
    return Case(kind, "CONV_2D", list(tensors), [0, 1, 2], [3], params, ("Conv2DOptions", options))


def depthwise(m):
    kind = m.pick("float", "hybrid", "uint8", "int8", "int16")
    in_h, in_w, f_h, f_w, dilation, padding = window_sizes(m)
    stride, depth, multiplier = m.size(1, 3), m.size(1, 6), m.pick(1, 1, 2, 3)
    out = [1, out_size(padding, in_h, f_h, stride, dilation), out_size(padding, in_w, f_w, stride, dilation),
           depth * multiplier]
    tensors = weighted(m, kind, [1, in_h, in_w, depth], [1, f_h, f_w, depth * multiplier], 3, out,
                       bias_dtype="int64" if kind == "int16" else None, per_channel=True if kind == "hybrid" else None)
    act = m.activation()
    params = dict(padding=padding, activation=act, strideH=stride, strideW=stride, dilationH=dilation,
                  dilationW=dilation, depthMultiplier=multiplier)
    options = dict(padding=padding, fusedActivationFunction=act, strideH=stride, strideW=stride,
                   dilationHFactor=dilation, dilationWFactor=dilation, depthMultiplier=multiplier)
    return Case(kind, "DEPTHWISE_CONV_2D", list(tensors), [0, 1, 2], [3], params, ("DepthwiseConv2DOptions", options))


def transpose_conv(m):
    kind = m.pick("float", "hybrid", "uint8", "int8", "int16")
    f_h, f_w, stride_h, stride_w, padding = m.size(1, 4), m.size(1, 4), m.size(1, 3), m.size(1, 3), m.pick(0, 1)
    in_h, in_w, depth, filters = m.size(1, 6), m.size(1, 6), m.size(1, 5), m.size(1, 5)
    if padding == 0:
        out_h, out_w = in_h * stride_h - m.size(0, stride_h - 1), in_w * stride_w - m.size(0, stride_w - 1)
    else:
        out_h, out_w = (in_h - 1) * stride_h + f_h, (in_w - 1) * stride_w + f_w
    out = [1, out_h, out_w, filters]
    image, weights, bias, output = weighted(m, kind, [1, in_h, in_w, depth], [filters, f_h, f_w, depth], 0, out)
    shape = Tensor("shape", "int32", [4], "const", out)
    act = m.activation()
    has_bias = m.pick(True, True, False)
    return Case(kind, "TRANSPOSE_CONV", [shape, weights, image, bias, output],
                [0, 1, 2, 3] if has_bias else [0, 1, 2], [4],
                dict(padding=padding, activation=act, strideH=stride_h, strideW=stride_w),
                ("TransposeConvOptions", dict(padding=padding, fusedActivationFunction=act, strideH=stride_h,
                                              strideW=stride_w, quantizedBiasType=bias_type(bias) if has_bias else 0)))


def fully_connected(m):
    kind = m.pick("float", "hybrid", "uint8", "int8", "int16")
    batch, depth, units = m.size(1, 4), m.size(1, 70), m.size(1, 12)
    keep = m.pick(True, False)
    in_shape = [batch, depth] if m.pick(True, False) else [batch, 2, depth]
    rows = int(np.prod(in_shape[:-1]))
    out = in_shape[:-1] + [units] if keep else [rows, units]
    tensors = weighted(m, kind, in_shape, [units, depth], 0, out)
    act = m.activation()
    asymmetric = m.pick(True, False)
    if kind == "int8" and len(tensors[1].scales) == 1 and m.pick(True, False):
        tensors[1].zeros = [m.size(-128, 127)]
    has_bias = m.pick(True, True, False)
    return Case(kind, "FULLY_CONNECTED", list(tensors), [0, 1, 2 if has_bias else -1], [3],
                dict(activation=act, keepNumDims=int(keep), asymmetric=int(asymmetric)),
                ("FullyConnectedOptions", dict(fusedActivationFunction=act, keepNumDims=keep,
                                               asymmetricQuantizeInputs=asymmetric,
                                               quantizedBiasType=bias_type(tensors[2]))))


def batch_matmul(m):
    kind = m.pick("float", "hybrid", "int8", "int16", "raw")
    rows, depth, columns = m.size(1, 6), m.size(1, 20), m.size(1, 7)
    lead_x, lead_y, lead = m.pick(([], [], []), ([2], [2], [2]), ([2], [1], [2]), ([1, 3], [2, 1], [2, 3]), ([3], [], [3]))
    adj_x, adj_y = m.pick(True, False), m.pick(True, False)
    if kind == "hybrid":
        lead_y, lead = [], lead_x
        adj_x, adj_y = False, m.pick(True, False)
    x_shape = lead_x + ([depth, rows] if adj_x else [rows, depth])
    y_shape = lead_y + ([columns, depth] if adj_y else [depth, columns])
    out_shape = lead + [rows, columns]
    asymmetric = m.pick(True, False)
    if kind in ("float", "hybrid"):
        x = Tensor("x", "float32", x_shape, "input", m.floats(x_shape))
        y = Tensor("y", "float32", y_shape, "input", m.floats(y_shape))
        if kind == "hybrid":
            y = Tensor("y", "int8", y_shape, "const", m.codes("int8", y_shape), m.scale(False), 0)
        out = Tensor("out", "float32", out_shape, "output")
    else:
        dtype = "int8" if kind == "raw" else kind
        y_dtype = "int8" if dtype == "int8" else m.pick("int16", "int8")
        zero = 0 if kind == "raw" else None
        x = Tensor("x", dtype, x_shape, "input", m.codes(dtype, x_shape), m.scale(), m.zero(dtype) if zero is None else 0)
        y = Tensor("y", y_dtype, y_shape, "input", m.codes(y_dtype, y_shape), m.scale(),
                   m.zero(y_dtype) if zero is None and dtype == "int8" else 0)
        fair = x.scales[0] * y.scales[0] * np.sqrt(depth) * (40 if dtype == "int8" else 3000)
        out = Tensor("out", dtype, out_shape, "output", None, float(np.float32(fair * 10.0 ** m.rng.uniform(-1.5, 1))),
                     m.zero(dtype))
        if kind == "raw":
            out = Tensor("out", "int32", out_shape, "output", None, x.scales[0] * y.scales[0], 0)
    return Case(kind, "BATCH_MATMUL", [x, y, out], [0, 1], [2],
                dict(adjointX=int(adj_x), adjointY=int(adj_y), asymmetric=int(asymmetric)),
                ("BatchMatMulOptions", dict(adjX=adj_x, adjY=adj_y, asymmetricQuantizeInputs=asymmetric)))


def pool(m):
    op = m.pick("AVERAGE_POOL_2D", "MAX_POOL_2D")
    dtype = m.pick("float32", "uint8", "int8", "int16")
    in_h, in_w, f_h, f_w, _, padding = window_sizes(m)
    in_h, in_w = max(in_h, f_h), max(in_w, f_w)
    stride_h, stride_w, depth, act = m.size(1, 3), m.size(1, 3), m.size(1, 9), m.activation()
    shape = [m.size(1, 2), in_h, in_w, depth]
    out_shape = [shape[0], out_size(padding, in_h, f_h, stride_h), out_size(padding, in_w, f_w, stride_w), depth]
    x, out = same_quantization(m, dtype, shape, out_shape)
    return Case(dtype, op, [x, out], [0], [1],
                dict(padding=padding, activation=act, strideH=stride_h, strideW=stride_w, filterH=f_h, filterW=f_w),
                ("Pool2DOptions", dict(padding=padding, fusedActivationFunction=act, strideH=stride_h,
                                       strideW=stride_w, filterHeight=f_h, filterWidth=f_w)))


def same_quantization(m, dtype, shape, out_shape):
    if dtype == "float32":
        return Tensor("x", dtype, shape, "input", m.floats(shape)), Tensor("out", dtype, out_shape, "output")
    scale, zero = m.scale(), m.zero(dtype)
    return (Tensor("x", dtype, shape, "input", m.codes(dtype, shape), scale, zero),
            Tensor("out", dtype, out_shape, "output", None, scale, zero))


def softmax(m):
    dtype = m.pick("float32", "uint8", "int8", "int16")
    shape = [m.size(1, 3), m.size(1, 300 if m.rng.random() < 0.2 else 12)]
    beta = float(np.float32(m.pick(1.0, 1.0, 0.5, 2.0, 0.1)))
    if dtype == "float32":
        tensors = [Tensor("x", dtype, shape, "input", m.floats(shape)), Tensor("out", dtype, shape, "output")]
    else:
        out_dtype = dtype if dtype == "int16" else m.pick(dtype, dtype, "int16")
        scale, zero = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)}[out_dtype]
        in_scale = m.scale() if dtype != "int16" else float(np.float32(10.0 ** m.rng.uniform(-5, -2)))
        tensors = [Tensor("x", dtype, shape, "input", m.codes(dtype, shape), in_scale, m.zero(dtype)),
                   Tensor("out", out_dtype, shape, "output", None, scale, zero)]
    return Case(dtype, "SOFTMAX", tensors, [0], [1], dict(beta=beta), ("SoftmaxOptions", dict(beta=beta)))


def activation(m):
    op = m.pick("LOGISTIC", "TANH", "RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "LEAKY_RELU", "ELU", "GELU",
                "HARD_SWISH")
    allowed = {"ELU": ("float32", "int8"), "HARD_SWISH": ("float32", "uint8", "int8"),
               "RELU_N1_TO_1": ("float32", "uint8", "int8"), "RELU_0_TO_1": ("float32", "uint8", "int8")}
    dtype = m.pick(*allowed.get(op, ("float32", "uint8", "int8", "int16")))
    shape = [2, 300]
    params, options = {}, None
    if op == "LEAKY_RELU":
        params = dict(alpha=float(np.float32(m.rng.uniform(-0.5, 1.5))))
        options = ("LeakyReluOptions", dict(params))
    if op == "GELU":
        approximate = m.pick(True, False)
        params, options = dict(approximate=int(approximate)), ("GeluOptions", dict(approximate=approximate))
    if dtype == "float32":
        tensors = [Tensor("x", dtype, shape, "input", m.floats(shape)), Tensor("out", dtype, shape, "output")]
        return Case(dtype, op, tensors, [0], [1], params, options)
    x = m.codes(dtype, shape)
    if dtype != "int16":
        x = (np.arange(600) % 256 + RANGES[dtype][0]).reshape(shape)
    in_scale, in_zero = m.scale(), m.zero(dtype)
    out_scale, out_zero = float(np.float32(in_scale * 10.0 ** m.rng.uniform(-1, 1))), m.zero(dtype)
    if dtype == "int16":
        in_scale = m.pick(1 / 4096, 1 / 2048, 1 / 1024, 1 / 8192, m.scale(), float(np.float32(10 ** m.rng.uniform(-6, -2))))
        out_scale = float(np.float32(in_scale * 10.0 ** m.rng.uniform(-1, 1)))
    if m.rng.random() < 0.15 and not op.startswith("RELU"):
        out_scale = float(np.float32(out_scale * 10.0 ** m.rng.uniform(-6, 6)))
    if op in ("LOGISTIC", "TANH"):
        out_scale, out_zero = {"int16": (1 / 32768, 0)}.get(dtype, (1 / 256 if op == "LOGISTIC" else m.pick(1 / 128, m.scale(False)), out_zero))
    if op == "HARD_SWISH":
        out_scale = float(np.float32(in_scale * 10.0 ** m.rng.uniform(-2, 4)))
    return Case(dtype, op, [Tensor("x", dtype, shape, "input", x, in_scale, in_zero),
                            Tensor("out", dtype, shape, "output", None, out_scale, out_zero)], [0], [1], params, options)


def prelu(m):
    dtype = m.pick("float32", "uint8", "int8")
    shape = [2, 3, 4, 5]
    alpha_shape = m.pick([1, 1, 5], [5], [3, 4, 5], [1], [2, 3, 4, 5], [3, 1, 1])
    if dtype == "float32":
        tensors = [Tensor("x", dtype, shape, "input", m.floats(shape)),
                   Tensor("alpha", dtype, alpha_shape, "const", m.floats(alpha_shape)), Tensor("out", dtype, shape, "output")]
    else:
        in_scale = m.scale()
        tensors = [Tensor("x", dtype, shape, "input", m.codes(dtype, shape), in_scale, m.zero(dtype)),
                   Tensor("alpha", dtype, alpha_shape, "const", m.codes(dtype, alpha_shape), m.scale(), m.zero(dtype)),
                   Tensor("out", dtype, shape, "output", None, float(np.float32(in_scale * 10.0 ** m.rng.uniform(-1, 1))),
                          m.zero(dtype))]
    return Case(dtype, "PRELU", tensors, [0, 1], [2])


def quantize(m):
    shape = [2, 150]
    pairs = [("float32", "uint8"), ("float32", "int8"), ("float32", "int16"), ("int8", "uint8"), ("int8", "int8"),
             ("int8", "int16"), ("uint8", "uint8"), ("uint8", "int8"), ("uint8", "int16"), ("int16", "int8"),
             ("int16", "int16"), ("int16", "int32"), ("int32", "int8"), ("int32", "int16")]
    source, target = m.pick(*pairs)
    in_scale = m.scale()
    out_scale = float(np.float32(in_scale * 10.0 ** m.rng.uniform(-3, 3)))
    zero = 0 if target in ("int16", "int32") else m.zero(target)
    if source == "float32":
        data = m.floats(shape) * np.float32(out_scale * 100)
        data[0, :8] = [0.5, -0.5, 1.5, -1.5, 2.5, 126.5, 127.5, -128.5]
        data[0, :8] *= np.float32(out_scale)
        x = Tensor("x", source, shape, "input", data)
    elif source == "int32":
        x = Tensor("x", source, shape, "input", m.rng.integers(-100000, 100000, size=shape), in_scale, 0)
    else:
        x = Tensor("x", source, shape, "input", m.codes(source, shape), in_scale, m.zero(source))
    return Case(source + "-" + target, "QUANTIZE", [x, Tensor("out", target, shape, "output", None, out_scale, zero)],
                [0], [1])


def dequantize(m):
    dtype = m.pick("uint8", "int8", "int16", "float16")
    shape = [3, 4, 5]
    out = Tensor("out", "float32", shape, "output")
    if dtype == "float16":
        bits = m.rng.integers(0, 0x7C00, size=shape).astype(np.uint16) | (m.rng.integers(0, 2, size=shape) << 15).astype(np.uint16)
        return Case(dtype, "DEQUANTIZE", [Tensor("x", dtype, shape, "input", bits.view(np.float16)), out], [0], [1])
    if dtype in ("int8", "uint8") and m.pick(True, False):
        axis = m.size(0, 2)
        zeros = [m.zero(dtype) for _ in range(shape[axis])]
        x = Tensor("x", dtype, shape, "input", m.codes(dtype, shape), [m.scale() for _ in zeros], zeros, axis)
        return Case(dtype + "-channels", "DEQUANTIZE", [x, out], [0], [1])
    x = Tensor("x", dtype, shape, "input", m.codes(dtype, shape), m.scale(), m.zero(dtype))
    return Case(dtype, "DEQUANTIZE", [x, out], [0], [1])


def cast(m):
    types = ["float32", "float16", "float64", "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64"]
    source, target = m.pick(*types), m.pick(*types)
    shape = [40]
    kind = np.dtype(DTYPES[source][1]).kind
    if kind == "f":
        data = m.floats(shape, 50)
        if np.dtype(DTYPES[target][1]).kind == "u":
            data = np.abs(data)
    elif kind == "b":
        data = m.rng.integers(0, 2, size=shape)
    else:
        info = np.iinfo(DTYPES[source][1])
        data = m.rng.integers(info.min, info.max, size=shape, dtype=DTYPES[source][1], endpoint=True)
    return Case(source + "-" + target, "CAST", [Tensor("x", source, shape, "input", data),
                                                Tensor("out", target, shape, "output")], [0], [1], {},
                ("CastOptions", dict(inDataType=DTYPES[source][0], outDataType=DTYPES[target][0])))


FAMILIES = dict(conv=conv, depthwise=depthwise, transpose_conv=transpose_conv, fully_connected=fully_connected,
                batch_matmul=batch_matmul, pool=pool, softmax=softmax, activation=activation, prelu=prelu,
                quantize=quantize, dequantize=dequantize, cast=cast)


def listed(array, dtype):
    """Elements as JSON takes them; float16 as its bits."""
    flat = np.ascontiguousarray(array).ravel()
    return (flat.view(np.uint16) if dtype == "float16" else flat).tolist()


def described(case):
    tensors = []
    for tensor in case.tensors:
        entry = dict(name=tensor.name, dtype=DTYPES[tensor.dtype][0], shape=tensor.shape, role=tensor.role)
        if tensor.scales is not None:
            entry.update(scales=tensor.scales, zeros=tensor.zeros, axis=tensor.axis)
        if tensor.data is not None:
            entry["data"] = listed(tensor.data, tensor.dtype)
        tensors.append(entry)
    return dict(op=case.op, label=case.label, params=case.params, tensors=tensors, inputs=case.inputs,
                outputs=case.outputs)


def ours(driver, cases):
    """Arrays or texts, from tests/unit/kernels/op_driver."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("cases.json", "answers.json", "answers.bin")]
        with open(paths[0], "w", encoding="utf-8") as file:
            json.dump([described(case) for case in cases], file)
        subprocess.run([driver, *paths], check=True)
        with open(paths[1], encoding="utf-8") as file:
            answers = json.load(file)
        with open(paths[2], "rb") as file:
            data = file.read()
    results = []
    for case, answer in zip(cases, answers):
        if "error" in answer:
            results.append(answer["error"])
            continue
        at, arrays = answer["off"], []
        for index, length in zip(case.outputs, answer["lens"]):
            tensor = case.tensors[index]
            arrays.append(np.frombuffer(data[at:at + length], dtype=DTYPES[tensor.dtype][1]).reshape(tensor.shape))
            at += length
        results.append(arrays)
    return results


def difference(case, mine, theirs):
    """None where they agree, else a sentence."""
    if isinstance(mine, str) or isinstance(theirs, str):
        if isinstance(mine, str) and isinstance(theirs, str):
            return None
        return f"ours: {mine if isinstance(mine, str) else 'runs'} | LiteRT: {theirs if isinstance(theirs, str) else 'runs'}"
    for a, b in zip(mine, theirs):
        if a.shape != b.shape:
            return f"shapes {a.shape} and {b.shape}"
        if a.dtype.kind != "f":
            wrong = np.argwhere(a != b)
            if len(wrong):
                at = tuple(wrong[0])
                return f"{len(wrong)} of {a.size} differ, first at {at}: {a[at]}, LiteRT {b[at]}"
            continue
        a, b = a.astype(np.float64), b.astype(np.float64)
        both = np.isfinite(a) & np.isfinite(b)
        if not np.array_equal(np.where(both, 0, a), np.where(both, 0, b), equal_nan=True):
            return "infinities or NaN at different places"
        a, b = a[both], b[both]
        largest = np.max(np.abs(b), initial=0)
        if case.label == "hybrid":
            if np.linalg.norm(a - b) > 0.01 * np.linalg.norm(b) + 1e-12:
                return f"relative L2 {np.linalg.norm(a - b) / (np.linalg.norm(b) + 1e-30):.2e}"
        elif np.max(np.abs(a - b), initial=0) > 1e-5 * largest:
            return f"differ by {np.max(np.abs(a - b)):.3e} where the largest is {largest:.3e}"
    return None


def record(path, name, count, seed):
    """The first cases of a family with LiteRT's answers, small integer ones, for tests/unit/kernels/recorded."""
    maker = Maker(np.random.default_rng([seed, list(FAMILIES).index(name)]))
    kept = []
    while len(kept) < count:
        case = FAMILIES[name](maker)
        sizes = [np.prod(t.shape) for t in case.tensors]
        if max(sizes) > 700 or any(t.dtype.startswith("float") for t in case.tensors if t.role == "output"):
            continue
        answers = litert(case)
        if not isinstance(answers, str):
            kept.append(dict(described(case), answers=[listed(a, "") for a in answers]))
    with open(path, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in kept) + "\n]\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", help="the program op_driver")
    parser.add_argument("--record", metavar="FOLDER", help="write FOLDER/FAMILY.json instead of comparing")
    parser.add_argument("--count", type=int, default=100, help="cases a family")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=3, help="differences printed a family")
    parser.add_argument("family", nargs="*", default=list(FAMILIES))
    args = parser.parse_args()
    if args.record:
        for name in args.family:
            record(os.path.join(args.record, name + ".json"), name, args.count, args.seed)
        return 0
    failed = 0
    for name in args.family:
        maker = Maker(np.random.default_rng([args.seed, list(FAMILIES).index(name)]))
        cases = [FAMILIES[name](maker) for _ in range(args.count)]
        tally, shown = {}, 0
        for case, mine in zip(cases, ours(args.driver, cases)):
            theirs = litert(case)
            text = difference(case, mine, theirs)
            row = tally.setdefault(f"{case.op} {case.label}", [0, 0, 0])
            row[0] += 1
            row[1] += isinstance(theirs, str)
            row[2] += text is not None
            if text is not None:
                failed += 1
                if shown < args.show:
                    shown += 1
                    quant = [(t.name, t.dtype, t.shape, (t.scales or [])[:3], (t.zeros or [])[:3]) for t in case.tensors]
                    print(f"  {case.op} {case.label}: {text}\n    {case.params} {quant}")
        for label, (runs, refused, wrong) in sorted(tally.items()):
            print(f"{label:36} {runs:5} cases {refused:4} refused {wrong:4} differ")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
