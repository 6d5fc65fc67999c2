"""Writes a .tflite file node by node, over the flatbuffers object API of the public schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

FILE_IDENTIFIER = b"TFL3"
SCHEMA_VERSION = 3
BUFFER_ALIGNMENT = 16  # bytes; the schema's force_align, which the Python object API does not apply

_TYPES = {
    np.dtype(np.float32): schema.TensorType.FLOAT32,
    np.dtype(np.float16): schema.TensorType.FLOAT16,
    np.dtype(np.int32): schema.TensorType.INT32,
    np.dtype(np.int8): schema.TensorType.INT8,
    np.dtype(np.uint8): schema.TensorType.UINT8,
}


@dataclass(frozen=True)
class Quantization:
    """real = scale * (code - zero_point); one pair for the tensor, or one per index of `axis`."""

    scale: np.ndarray  # float32 [1] or [size of axis]
    zero_point: np.ndarray  # int64, as many
    axis: int = 0


class AlignedBuffer(schema.BufferT):
    """A buffer whose bytes start on a multiple of BUFFER_ALIGNMENT in the file, so that a reader can use them there."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def Pack(self, builder: flatbuffers.Builder) -> int:  # noqa: N802, the name is the object API's
        if self._content:
            builder.StartVector(1, len(self._content), BUFFER_ALIGNMENT)
            builder.head -= len(self._content)
            builder.Bytes[builder.head : builder.head + len(self._content)] = self._content
            vector = builder.EndVector()
        schema.BufferStart(builder)
        if self._content:
            schema.BufferAddData(builder, vector)
        return schema.BufferEnd(builder)


class ModelWriter:
    """Collects the tensors and nodes of one subgraph, in the order in which they are added."""

    def __init__(self, description: str) -> None:
        self._graph = schema.SubGraphT(tensors=[], operators=[], name="main")
        self._buffers: list[schema.BufferT] = [AlignedBuffer(b"")]  # buffer 0 means "no data"
        self._codes: dict[tuple[int, int], int] = {}
        self._description = description

    def add_tensor(self, name: str, shape: Sequence[int], dtype: Any, quantization: Quantization | None = None) -> int:
        """Adds a tensor that a node or the caller fills; returns its index."""
        return self._append(name, shape, dtype, 0, quantization)

    def add_constant(self, name: str, data: np.ndarray, quantization: Quantization | None = None) -> int:
        """Adds a tensor whose values lie in the file; returns its index."""
        self._buffers.append(AlignedBuffer(data.astype(data.dtype.newbyteorder("<")).tobytes()))
        return self._append(name, data.shape, data.dtype, len(self._buffers) - 1, quantization)

    def add_node(
        self, operator: str, version: int, inputs: Sequence[int], outputs: Sequence[int], **options: Any
    ) -> None:
        """Adds a node, e.g. "CONV_2D"; `options` are the fields of its builtin options table."""
        code = getattr(schema.BuiltinOperator, operator)
        index = self._codes.setdefault((code, version), len(self._codes))
        node = schema.OperatorT(opcodeIndex=index, inputs=list(inputs), outputs=list(outputs))
        table = _OPTIONS[operator]
        if table is not None:
            node.builtinOptionsType = getattr(schema.BuiltinOptions, table)
            node.builtinOptions = getattr(schema, f"{table}T")(**options)
        self._graph.operators.append(node)

    def finish(self, inputs: dict[str, int], outputs: dict[str, int], signature: str) -> bytes:
        """Returns the file; `inputs` and `outputs` name tensor indices for the one signature."""
        self._graph.inputs, self._graph.outputs = list(inputs.values()), list(outputs.values())
        model = schema.ModelT(version=SCHEMA_VERSION, description=self._description)
        model.subgraphs, model.buffers = [self._graph], self._buffers
        model.operatorCodes = [
            schema.OperatorCodeT(deprecatedBuiltinCode=min(code, 127), version=version, builtinCode=code)
            for code, version in self._codes
        ]
        model.signatureDefs = [
            schema.SignatureDefT(_tensor_maps(inputs), _tensor_maps(outputs), signature, subgraphIndex=0)
        ]
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(model.Pack(builder), file_identifier=FILE_IDENTIFIER)
        return bytes(builder.Output())

    def _append(
        self, name: str, shape: Sequence[int], dtype: Any, buffer: int, quantization: Quantization | None
    ) -> int:
        tensor = schema.TensorT(shape=list(shape), type=_TYPES[np.dtype(dtype)], buffer=buffer, name=name)
        if quantization is not None:
            tensor.quantization = schema.QuantizationParametersT(
                scale=quantization.scale.astype(np.float32),
                zeroPoint=quantization.zero_point.astype(np.int64),
                quantizedDimension=quantization.axis,
            )
        self._graph.tensors.append(tensor)
        return len(self._graph.tensors) - 1


def _tensor_maps(named: dict[str, int]) -> list[schema.TensorMapT]:
    return [schema.TensorMapT(name, index) for name, index in named.items()]


# The builtin options table of every operator that this folder writes.
_OPTIONS: dict[str, str | None] = {
    "CONV_2D": "Conv2DOptions",
    "AVERAGE_POOL_2D": "Pool2DOptions",
    "LOGISTIC": None,
    "RESHAPE": "ReshapeOptions",
    "FULLY_CONNECTED": "FullyConnectedOptions",
    "SOFTMAX": "SoftmaxOptions",
    "DEQUANTIZE": "DequantizeOptions",
}
