"""LiteRT as the oracle: its reference resolver, its other two ways, inner tensors, and what it refuses."""

from __future__ import annotations

import os
import re
import struct

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from model_file import ModelFile, cut, lower_version

WAYS = {"reference": OpResolverType.BUILTIN_REF, "optimised": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        "xnnpack": OpResolverType.AUTO}
Arrays = dict[int, numpy.ndarray]  # by tensor index of the file


class Refused(Exception):
    """LiteRT does not run this model; the text is its own first line."""


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


class Session:
    """One interpreter with inputs of given shapes."""

    def __init__(self, content: bytes, way: str, shapes: list[tuple[int, ...]] | None = None, inner: bool = False):
        try:
            self._interpreter = Interpreter(model_content=content, experimental_op_resolver_type=WAYS[way],
                                            experimental_preserve_all_tensors=inner, num_threads=2)
            details = self._interpreter.get_input_details()
            for detail, shape in zip(details, shapes or []):
                if tuple(detail["shape"]) != tuple(shape):
                    self._interpreter.resize_tensor_input(detail["index"], list(shape), strict=False)
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise Refused(_first_line(error)) from error

    def run(self, inputs: list[numpy.ndarray]) -> list[numpy.ndarray]:
        try:
            for detail, array in zip(self._interpreter.get_input_details(), inputs):
                self._interpreter.set_tensor(detail["index"], array)
            self._interpreter.invoke()
            return [self._interpreter.get_tensor(d["index"]) for d in self._interpreter.get_output_details()]
        except (RuntimeError, ValueError) as error:
            raise Refused(_first_line(error)) from error

    def tensor(self, index: int) -> numpy.ndarray:
        return self._interpreter.get_tensor(index)

    def indices_by_name(self) -> dict[str, int]:
        return {d["name"]: d["index"] for d in self._interpreter.get_tensor_details()}


def run_signature(content: bytes, way: str, key: str, inputs: dict[str, numpy.ndarray]) -> dict[str, numpy.ndarray]:
    try:
        interpreter = Interpreter(model_content=content, experimental_op_resolver_type=WAYS[way])
        return interpreter.get_signature_runner(key)(**inputs)
    except (RuntimeError, ValueError) as error:
        raise Refused(_first_line(error)) from error


def signature_inputs(content: bytes, key: str) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Type and shape by name."""
    interpreter = Interpreter(model_content=content, experimental_op_resolver_type=WAYS["reference"])
    details = interpreter.get_signature_runner(key).get_input_details()
    return {name: (numpy.dtype(d["dtype"]).name, tuple(int(n) for n in d["shape"])) for name, d in details.items()}


def readable(file: ModelFile) -> tuple[bytes, str]:
    """The file as LiteRT's reference resolver takes it, and what had to be changed for that.

    The reference resolver lists some operators only up to an older version although the kernel behind them is the one
    of the newer; then a copy says that version.
    """
    content, notes = file.content, []
    for _ in range(8):
        try:
            Session(content, "reference")
            break
        except Refused as refused:
            wrong = re.search(r"builtin opcode '(\w+)' version '(\d+)'", str(refused))
            if not wrong or int(wrong[2]) < 2:
                break
            content = lower_version(content, wrong[1])
            notes.append(f"{wrong[1]} v{wrong[2]} read as v{int(wrong[2]) - 1} by LiteRT")
    return content, "; ".join(notes)


def transpose_conv_bias(data: numpy.ndarray, weights: numpy.ndarray, bias: numpy.ndarray,
                        options: bytes) -> numpy.ndarray:
    """MediaPipe's Convolution2DTransposeBias in float64: every input pixel adds its weighted patch to the output."""
    padding, step_w, step_h = struct.unpack("<iii", options[:12])
    batch, height, width, _ = data.shape
    channels, rows, columns, _ = weights.shape
    same = padding == 1
    out_h = height * step_h if same else (height - 1) * step_h + rows
    out_w = width * step_w if same else (width - 1) * step_w + columns
    top = max((height - 1) * step_h + rows - out_h, 0) // 2
    left = max((width - 1) * step_w + columns - out_w, 0) // 2
    full = numpy.zeros((batch, (height - 1) * step_h + rows, (width - 1) * step_w + columns, channels))
    for y in range(rows):
        for x in range(columns):
            part = data.astype(numpy.float64) @ weights[:, y, x, :].T.astype(numpy.float64)
            full[:, y:y + height * step_h:step_h, x:x + width * step_w:step_w] += part
    result = numpy.zeros((batch, out_h, out_w, channels)) + bias.astype(numpy.float64)
    seen = full[:, top:top + out_h, left:left + out_w]
    result[:, :seen.shape[1], :seen.shape[2]] += seen
    return result.astype(numpy.float32)


def constant_of(file: ModelFile, content: bytes, index: int) -> numpy.ndarray:
    """A constant, or what LiteRT computes from constants (weights unpacked from float16)."""
    if file.tensors[index].constant:
        return file.constant(index)
    node = file.producer[index].index
    return Session(cut(content, node, node, outputs=[index])[0], "reference").run([])[0]


CUSTOM_OPERATORS = {"Convolution2DTransposeBias": transpose_conv_bias}


class Run:
    """A model on one set of inputs, in one of LiteRT's ways. Custom operators that LiteRT lacks and CUSTOM_OPERATORS
    has are computed here: LiteRT runs what stands before and after them."""

    def __init__(self, file: ModelFile, content: bytes, way: str, inputs: list[numpy.ndarray], inner: bool = False):
        self._values: Arrays = dict(zip(file.inputs, inputs))
        self._sessions: list[tuple[Session, list[int]]] = []
        foreign = [n for n in file.nodes if n.operator in CUSTOM_OPERATORS]
        if not foreign:
            session = Session(content, way, [i.shape for i in inputs], inner)
            self.outputs = session.run(inputs)
            self._whole = session
            return
        self._whole = None
        first = 0
        for node in foreign + [None]:
            self._run_part(file, content, way, first, node, inner)
            first = node.index + 1 if node else 0
        self.outputs = [self._values[t] for t in file.outputs]

    def _run_part(self, file: ModelFile, content: bytes, way: str, first: int, node, inner: bool) -> None:
        """Nodes from `first` up to the custom `node` (None: to the end), then that node."""
        last = (node.index if node else len(file.nodes)) - 1
        if first <= last:
            wanted = [t for t in (node.inputs if node else file.outputs) if t not in self._values]
            made = {t for n in file.nodes[first:last + 1] for t in n.outputs} - file.constants
            needed = [t for n in file.nodes[last + 1:] for t in n.inputs if t in made]
            outputs = list(dict.fromkeys([t for t in wanted if t in made] + needed))
            part, reads, writes = cut(content, first, last, outputs=outputs)
            session = Session(part, way, [self._values[t].shape for t in reads], inner)
            self._values.update(zip(writes, session.run([self._values[t] for t in reads])))
            if inner:
                self._keep_inner(file, session, first, last)
        if node:
            arguments = [self._values[t] if t in self._values else constant_of(file, content, t) for t in node.inputs]
            self._values[node.outputs[0]] = CUSTOM_OPERATORS[node.operator](*arguments, node.custom)

    def _keep_inner(self, file: ModelFile, session: Session, first: int, last: int) -> None:
        """Inner tensors of a part, by name: a cut renumbers them."""
        numbers = session.indices_by_name()
        for node in file.nodes[first:last + 1]:
            for tensor in node.outputs:
                name = file.tensors[tensor].name
                if tensor not in file.constants and name in numbers:
                    self._values[tensor] = session.tensor(numbers[name])

    def tensor(self, index: int) -> numpy.ndarray:
        """An inner tensor by its index in the file."""
        return self._values[index] if self._whole is None else self._whole.tensor(index)
