"""What a .tflite file says of itself, read by LiteRT's own schema: tensors, nodes, and which of them are exact."""

from __future__ import annotations

import collections
import dataclasses
import pathlib

import flatbuffers
import numpy
from ai_edge_litert import schema_py_generated as schema

OPERATOR_NAMES = {code: name for name, code in vars(schema.BuiltinOperator).items() if isinstance(code, int)}
TYPE_NAMES = {code: name.lower() for name, code in vars(schema.TensorType).items() if isinstance(code, int)}
CUSTOM = schema.BuiltinOperator.CUSTOM
QUANTIZED = {"int8", "uint8", "int16"}
NUMPY_TYPES = {"float32": numpy.float32, "float16": numpy.float16, "float64": numpy.float64, "int8": numpy.int8,
               "uint8": numpy.uint8, "int16": numpy.int16, "uint16": numpy.uint16, "int32": numpy.int32,
               "uint32": numpy.uint32, "int64": numpy.int64, "uint64": numpy.uint64, "bool": numpy.bool_}

# Operators whose float results are the same bits everywhere: one correctly rounded step for each element, or a move.
EXACT_ON_FLOATS = set(
    "ABS ADD ARG_MAX CAST CONCATENATION DEPTH_TO_SPACE DEQUANTIZE DIV EXPAND_DIMS FLOOR_DIV GATHER GATHER_ND MAXIMUM "
    "MAX_POOL_2D MINIMUM MIRROR_PAD MUL NEG PACK PAD PADV2 QUANTIZE RELU RELU6 RELU_0_TO_1 RELU_N1_TO_1 RESHAPE "
    "RESIZE_NEAREST_NEIGHBOR SHAPE SLICE SPACE_TO_DEPTH SPLIT SQRT SQUARE SQUARED_DIFFERENCE SQUEEZE STRIDED_SLICE SUB "
    "TRANSPOSE UNPACK".split())
WEIGHTED = {"CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "BATCH_MATMUL", "TRANSPOSE_CONV"}


@dataclasses.dataclass
class Tensor:
    index: int
    name: str
    type: str
    shape: list[int]
    signature: list[int]  # -1 where a dimension may change
    constant: bool
    scales: list[float]


@dataclasses.dataclass
class Node:
    index: int
    operator: str
    version: int
    inputs: list[int]  # -1: absent
    outputs: list[int]
    custom: bytes


def _ints(values) -> list[int]:
    return [int(v) for v in values] if values is not None else []


class ModelFile:
    """Subgraph 0 of a file, as lists; `model` is the schema's object tree for those who rewrite it."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.content = path.read_bytes()
        if self.content[4:8] != b"TFL3":
            raise ValueError("not a .tflite file")
        self.model = schema.ModelT.InitFromPackedBuf(self.content, 0)
        self.subgraphs = len(self.model.subgraphs)
        self.signatures = [s.signatureKey.decode() for s in self.model.signatureDefs or []]
        graph = self.model.subgraphs[0]
        self.inputs, self.outputs = _ints(graph.inputs), _ints(graph.outputs)
        self.tensors = [self._tensor(i, t) for i, t in enumerate(graph.tensors or [])]
        self.nodes = [self._node(i, o) for i, o in enumerate(graph.operators or [])]
        self.producer = {t: n for n in self.nodes for t in n.outputs if t >= 0}
        self._spread_constants()

    def _tensor(self, index: int, tensor) -> Tensor:
        buffer = self.model.buffers[tensor.buffer]
        constant = (buffer.data is not None and len(buffer.data) > 0) or (buffer.offset or 0) > 1
        shape = _ints(tensor.shape)
        quantization = tensor.quantization
        scales = quantization.scale if quantization is not None and quantization.scale is not None else []
        return Tensor(index, (tensor.name or b"").decode(errors="replace"), TYPE_NAMES[tensor.type], shape,
                      _ints(tensor.shapeSignature) or shape, constant, [float(s) for s in scales])

    def _node(self, index: int, operator) -> Node:
        code = self.model.operatorCodes[operator.opcodeIndex]
        number = max(code.builtinCode, code.deprecatedBuiltinCode)
        name = code.customCode.decode() if number == CUSTOM else OPERATOR_NAMES.get(number, str(number))
        custom = bytes(operator.customOptions) if operator.customOptions is not None else b""
        return Node(index, name, code.version, _ints(operator.inputs), _ints(operator.outputs), custom)

    def _spread_constants(self) -> None:
        """What is computed from constants alone is a constant too: weights unpacked from float16, for example."""
        self.constants = {t.index for t in self.tensors if t.constant}
        for node in self.nodes:
            read = [t for t in node.inputs if t >= 0]
            if read and all(t in self.constants for t in read):
                self.constants.update(node.outputs)

    def constant(self, index: int) -> numpy.ndarray:
        """A constant's elements, as the file holds them."""
        tensor = self.tensors[index]
        data = self.model.buffers[self.model.subgraphs[0].tensors[index].buffer].data
        return numpy.frombuffer(bytes(data), NUMPY_TYPES[tensor.type]).reshape(tensor.shape)

    def live_inputs(self, node: Node) -> list[int]:
        return [t for t in node.inputs if t >= 0 and t not in self.constants]

    def computed_nodes(self) -> list[Node]:
        return [n for n in self.nodes if any(t not in self.constants for t in n.outputs)]

    def inner_tensors(self) -> list[Tensor]:
        """Activations between inputs and outputs whose name is theirs alone."""
        names = collections.Counter(t.name for t in self.tensors)
        ends = set(self.inputs) | set(self.outputs)
        return [self.tensors[t] for n in self.computed_nodes() for t in n.outputs
                if t >= 0 and t not in ends and self.tensors[t].name and names[self.tensors[t].name] == 1]

    def hybrid_nodes(self) -> list[Node]:
        """Float activations times integer weights."""
        def is_hybrid(node: Node) -> bool:
            if node.operator not in WEIGHTED or len(node.inputs) < 2 or min(node.inputs[:2]) < 0:
                return False
            data, weights = (self.tensors[t] for t in node.inputs[:2])
            return data.type == "float32" and weights.type in QUANTIZED | {"int4"}
        return [n for n in self.nodes if is_hybrid(n)]

    def comparison_class(self) -> str:
        """The class of this model: a, b, c or d. It follows from the tensors, never from the file's name."""
        live = [self.tensors[t] for n in self.computed_nodes() for t in self.live_inputs(n) + n.outputs if t >= 0]
        types = {t.type for t in live} | {self.tensors[t].type for t in self.inputs + self.outputs}
        floating = bool(types & {"float32", "float16", "float64"})
        if self.hybrid_nodes():
            return "c"
        if floating:
            return "d" if types & QUANTIZED else "b"
        return "a"

    def exact_tensors(self) -> set[int]:
        """Tensors whose bits do not depend on how float sums are ordered or functions approximated."""
        exact = set(self.inputs) | self.constants
        for node in self.nodes:
            if any(t >= 0 and t not in exact for t in node.inputs):
                continue
            floats = any(self.tensors[t].type.startswith("float") for t in node.inputs + node.outputs if t >= 0)
            if not floats or node.operator in EXACT_ON_FLOATS:
                exact.update(t for t in node.outputs if t >= 0)
        return exact


def pack(model) -> bytes:
    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def lower_version(content: bytes, operator: str) -> bytes:
    """The model with `operator` one version older."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    for code in model.operatorCodes:
        if OPERATOR_NAMES.get(max(code.builtinCode, code.deprecatedBuiltinCode)) == operator:
            code.version -= 1
    return pack(model)


def cut(content: bytes, first: int, last: int, shapes: dict[int, tuple[int, ...]] | None = None,
        outputs: list[int] | None = None) -> tuple[bytes, list[int], list[int]]:
    """Nodes first..last of subgraph 0 as a model of their own: bytes, and the old indices of its inputs and outputs.

    `shapes` gives tensors the shapes that they had in a run. Outputs are what no node of the cut reads, or `outputs`.
    Nodes on constants alone that the cut needs come along.
    """
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    graph = model.subgraphs[0]

    def filled(index: int) -> bool:
        data = model.buffers[graph.tensors[index].buffer].data
        return data is not None and len(data) > 0

    constants = {i for i in range(len(graph.tensors)) if filled(i)}
    producer: dict[int, int] = {}
    for number, operator in enumerate(graph.operators):
        read = [t for t in _ints(operator.inputs) if t >= 0]
        if read and all(t in constants for t in read):
            constants.update(_ints(operator.outputs))
            producer.update({t: number for t in _ints(operator.outputs)})

    chosen = set(range(first, last + 1))
    pending = list(chosen)
    while pending:
        for tensor in _ints(graph.operators[pending.pop()].inputs):
            if tensor in producer and producer[tensor] not in chosen:
                chosen.add(producer[tensor])
                pending.append(producer[tensor])
    operators = [graph.operators[i] for i in sorted(chosen)]
    made = [t for o in operators for t in _ints(o.outputs) if t >= 0]
    read = list(dict.fromkeys(t for o in operators for t in _ints(o.inputs) if t >= 0))
    inputs = [t for t in read if t not in made and not filled(t)]
    outputs = outputs or [t for t in made if t not in read and t not in constants]
    for tensor, shape in (shapes or {}).items():
        graph.tensors[tensor].shape = numpy.array(shape, numpy.int32)
        graph.tensors[tensor].shapeSignature = None

    kept = sorted(set(read) | set(made) | set(outputs))
    place = {old: new for new, old in enumerate(kept)}
    graph.tensors = [graph.tensors[t] for t in kept]
    for operator in operators:
        operator.inputs = [place.get(t, -1) for t in _ints(operator.inputs)]
        operator.outputs = [place.get(t, -1) for t in _ints(operator.outputs)]
    graph.operators = operators
    graph.inputs, graph.outputs = [place[t] for t in inputs], [place[t] for t in outputs]
    model.subgraphs, model.signatureDefs = [graph], None
    model.metadata, model.metadataBuffer = None, None
    used = sorted({0} | {t.buffer for t in graph.tensors})
    number = {old: new for new, old in enumerate(used)}
    model.buffers = [model.buffers[b] for b in used]
    for tensor in graph.tensors:
        tensor.buffer = number[tensor.buffer]
    return pack(model), inputs, outputs
