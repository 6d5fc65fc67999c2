"""One operator as a .tflite model, and what LiteRT's reference resolver answers to it."""

import os
import pickle

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

DTYPES = {
    "float32": (0, np.float32), "float16": (1, np.float16), "int32": (2, np.int32), "uint8": (3, np.uint8),
    "int64": (4, np.int64), "bool": (6, np.bool_), "int16": (7, np.int16), "int8": (9, np.int8),
    "float64": (10, np.float64), "uint32": (15, np.uint32), "uint16": (16, np.uint16),
}
BUILTIN = {name: code for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
OPTIONS = {name: code for name, code in vars(schema.BuiltinOptions).items() if not name.startswith("_")}


class Tensor:
    """role: input (data is what runs), const or output."""

    def __init__(self, name, dtype, shape, role, data=None, scales=None, zeros=None, axis=0):
        self.name, self.dtype, self.shape, self.role = name, dtype, [int(d) for d in shape], role
        self.data = None if data is None else np.ascontiguousarray(data, dtype=DTYPES[dtype][1])
        self.scales = None if scales is None else [float(np.float32(s)) for s in np.atleast_1d(scales)]
        self.zeros = None if scales is None else [int(z) for z in np.atleast_1d(0 if zeros is None else zeros)]
        if self.scales is not None and len(self.zeros) == 1:
            self.zeros = self.zeros * len(self.scales)
        self.axis = axis


class Case:
    """`params` are named as in include/trireme/graph.h; `options` is (table, fields) as in the schema."""

    def __init__(self, label, op, tensors, inputs, outputs, params=None, options=None):
        self.label, self.op, self.tensors, self.inputs, self.outputs = label, op, tensors, inputs, outputs
        self.params, self.options = params or {}, options

    def model(self):
        model = schema.ModelT()
        model.version = 3
        code = schema.OperatorCodeT()
        code.builtinCode = BUILTIN[self.op]
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        code.version = 1
        model.operatorCodes = [code]
        model.buffers = [schema.BufferT()]
        graph = schema.SubGraphT()
        graph.tensors = []
        for tensor in self.tensors:
            graph.tensors.append(self._tensor(model, tensor))
        operator = schema.OperatorT()
        operator.inputs, operator.outputs = self.inputs, self.outputs
        if self.options:
            table, fields = self.options
            operator.builtinOptionsType = OPTIONS[table]
            operator.builtinOptions = getattr(schema, table + "T")()
            for name, value in fields.items():
                setattr(operator.builtinOptions, name, value)
        graph.operators = [operator]
        graph.inputs = [i for i, t in enumerate(self.tensors) if t.role == "input"]
        graph.outputs = self.outputs
        model.subgraphs = [graph]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    @staticmethod
    def _tensor(model, tensor):
        out = schema.TensorT()
        out.name, out.shape, out.type = tensor.name, tensor.shape, DTYPES[tensor.dtype][0]
        out.buffer = 0
        if tensor.role == "const":
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(tensor.data.tobytes(), dtype=np.uint8)
            out.buffer = len(model.buffers)
            model.buffers.append(buffer)
        if tensor.scales is not None:
            out.quantization = schema.QuantizationParametersT()
            out.quantization.scale = tensor.scales
            out.quantization.zeroPoint = tensor.zeros
            out.quantization.quantizedDimension = tensor.axis if len(tensor.scales) > 1 else 0
        return out


def _interpreter(case):
    # The reference resolver lacks a few operators (ELU) that have one kernel only: that of the other resolver.
    last = None
    for resolver in (OpResolverType.BUILTIN_REF, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES):
        try:
            interpreter = Interpreter(model_content=case.model(), num_threads=1, experimental_op_resolver_type=resolver)
            interpreter.allocate_tensors()
            return interpreter
        except (RuntimeError, ValueError) as error:
            if "Didn't find op" not in str(error):
                raise
            last = error
    raise last


def _answer(case):
    interpreter = _interpreter(case)
    for detail, tensor in zip(interpreter.get_input_details(), [t for t in case.tensors if t.role == "input"]):
        interpreter.set_tensor(detail["index"], tensor.data.reshape(tensor.shape))
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


def litert(case):
    """Arrays, or the text of the refusal. In a child process, because LiteRT stops the process on some models."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        try:
            answer = _answer(case)
        except Exception as error:  # noqa: BLE001: whatever it is, it is LiteRT's answer
            answer = str(error)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(answer, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else "LiteRT ended the process"
