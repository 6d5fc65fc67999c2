"""The comparison's own tests: python -m unittest test_judge, in this folder and its environment."""

from __future__ import annotations

import pathlib
import struct
import tempfile
import unittest

import numpy
from ai_edge_litert import schema_py_generated as schema

import judge
from model_file import ModelFile, cut, pack
from oracle import Session, transpose_conv_bias
from program import batches, safe_name

TYPES = {name.lower(): code for name, code in vars(schema.TensorType).items() if isinstance(code, int)}


def build(tensors: list[tuple[str, list[int], bytes]], nodes: list[tuple[str, list[int], list[int]]], inputs: list[int],
          outputs: list[int]) -> bytes:
    """A model of operators without options. Tensors: type, shape, constant bytes or none."""
    model = schema.ModelT()
    model.version = 3
    model.buffers = [schema.BufferT()]
    graph = schema.SubGraphT()
    graph.tensors, graph.operators, model.operatorCodes = [], [], []
    for number, (kind, shape, data) in enumerate(tensors):
        tensor = schema.TensorT()
        tensor.type, tensor.shape, tensor.name, tensor.buffer = TYPES[kind], shape, f"t{number}".encode(), 0
        if kind == "int8":
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale, tensor.quantization.zeroPoint = [0.5], [0]
        if data:
            buffer = schema.BufferT()
            buffer.data = numpy.frombuffer(data, numpy.uint8)
            tensor.buffer = len(model.buffers)
            model.buffers.append(buffer)
        graph.tensors.append(tensor)
    for name, reads, writes in nodes:
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, name)
        code.version = 1
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = len(model.operatorCodes), reads, writes
        model.operatorCodes.append(code)
        graph.operators.append(operator)
    graph.inputs, graph.outputs = inputs, outputs
    model.subgraphs = [graph]
    return pack(model)


def read(content: bytes) -> ModelFile:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.tflite"
        path.write_bytes(content)
        return ModelFile(path)


class Judge(unittest.TestCase):
    def test_integers_differ_by_one_and_fail(self):
        finding = judge.compare_exact(numpy.array([1, 2, 3], numpy.int8), numpy.array([1, 2, 4], numpy.int8))
        self.assertFalse(finding.ok)
        self.assertEqual((finding.largest, finding.mismatches), (1, 1))

    def test_the_largest_code_difference_does_not_wrap(self):
        finding = judge.compare_exact(numpy.array([-128], numpy.int8), numpy.array([127], numpy.int8))
        self.assertEqual(finding.largest, 255)

    def test_floats_are_held_to_the_largest_value_of_the_tensor(self):
        oracle = numpy.array([0.0, 100.0], numpy.float32)
        self.assertTrue(judge.compare_float(oracle + numpy.float32(0.009), [oracle]).ok)
        self.assertFalse(judge.compare_float(oracle + numpy.float32(0.011), [oracle]).ok)

    def test_floats_may_use_twice_the_spread_of_the_oracle(self):
        oracle = numpy.array([1.0], numpy.float32)
        other = oracle + numpy.float32(0.01)
        self.assertTrue(judge.compare_float(oracle - numpy.float32(0.015), [oracle, other]).ok)
        self.assertFalse(judge.compare_float(oracle - numpy.float32(0.025), [oracle, other]).ok)

    def test_nan_agrees_with_nan_only(self):
        nan, one = numpy.array([numpy.nan], numpy.float32), numpy.array([1], numpy.float32)
        self.assertTrue(judge.compare_float(nan, [nan]).ok)
        self.assertFalse(judge.compare_float(nan, [one]).ok)
        self.assertFalse(judge.compare_float(one, [nan]).ok)

    def test_another_shape_or_type_is_said(self):
        zeros = numpy.zeros((2, 3), numpy.int8)
        self.assertIn("shape", judge.compare_exact(zeros.reshape(3, 2), zeros).why)
        self.assertIn("type", judge.compare_exact(zeros.astype(numpy.uint8), zeros).why)

    def test_hybrid_allows_one_percent_of_the_norm(self):
        oracle = numpy.ones(100, numpy.float32)
        self.assertTrue(judge.compare_hybrid(oracle * numpy.float32(1.009), oracle).ok)
        self.assertFalse(judge.compare_hybrid(oracle * numpy.float32(1.02), oracle).ok)


class Classes(unittest.TestCase):
    def test_the_class_follows_from_the_tensors(self):
        float_only = build([("float32", [2], b""), ("float32", [2], b"")], [("TANH", [0], [1])], [0], [1])
        integer = build([("int8", [2], b""), ("int8", [2], b"")], [("TANH", [0], [1])], [0], [1])
        mixed = build([("int8", [2], b""), ("float32", [2], b"")], [("DEQUANTIZE", [0], [1])], [0], [1])
        hybrid = build([("float32", [1, 2], b""), ("int8", [1, 2], b"\1\2"), ("float32", [1, 1], b"")],
                       [("FULLY_CONNECTED", [0, 1], [2])], [0], [2])
        self.assertEqual([read(m).comparison_class() for m in (integer, float_only, hybrid, mixed)], list("abcd"))

    def test_what_follows_an_inexact_float_is_not_exact(self):
        chain = build([("int8", [2], b""), ("float32", [2], b""), ("float32", [2], b""), ("int8", [2], b"")],
                      [("DEQUANTIZE", [0], [1]), ("TANH", [1], [2]), ("QUANTIZE", [2], [3])], [0], [3])
        self.assertEqual(read(chain).exact_tensors(), {0, 1})


class Cut(unittest.TestCase):
    def test_a_cut_computes_what_the_whole_computes_there(self):
        whole = build([("float32", [2], b"")] * 4, [("TANH", [0], [1]), ("EXP", [1], [2]), ("NEG", [2], [3])], [0], [3])
        part, reads, writes = cut(whole, 1, 1)
        self.assertEqual((reads, writes), ([1], [2]))
        values = numpy.array([0.5, -1], numpy.float32)
        numpy.testing.assert_allclose(Session(part, "reference").run([values])[0], numpy.exp(values), rtol=1e-6)

    def test_a_cut_brings_the_constants_that_it_needs_along(self):
        halves = struct.pack("<2e", 1.5, -2)
        whole = build([("float16", [2], halves), ("float32", [2], b""), ("float32", [2], b""), ("float32", [2], b"")],
                      [("DEQUANTIZE", [0], [1]), ("NEG", [2], [3]), ("MAXIMUM", [3, 1], [2])], [2], [2])
        part, reads, writes = cut(whole, 2, 2)
        self.assertEqual((reads, writes), ([3], [2]))
        got = Session(part, "reference").run([numpy.array([0, 0], numpy.float32)])[0]
        numpy.testing.assert_array_equal(got, [1.5, 0])


class Names(unittest.TestCase):
    def test_dumps_that_would_share_a_file_go_apart(self):
        long = "a" * 100
        self.assertEqual(batches([long + "1", long + "2", "b"]), [[long + "1", "b"], [long + "2"]])

    def test_safe_names_replace_bytes_not_characters(self):
        self.assertEqual(safe_name("a/é.b"), "a___.b")


class CustomOperators(unittest.TestCase):
    def test_transposed_convolution_with_bias_places_a_patch_for_each_pixel(self):
        data = numpy.array([[[[1], [2]]]], numpy.float32)
        weights = numpy.arange(1, 5, dtype=numpy.float32).reshape(1, 2, 2, 1)
        got = transpose_conv_bias(data, weights, numpy.array([10], numpy.float32), struct.pack("<iii", 2, 2, 2))
        numpy.testing.assert_array_equal(got[0, :, :, 0], [[11, 12, 12, 14], [13, 14, 16, 18]])


if __name__ == "__main__":
    unittest.main()
