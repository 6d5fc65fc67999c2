"""A file that our writer wrote again beside the file it came from: the same bits out of LiteRT, and out of ours."""

from __future__ import annotations

import pathlib
import tempfile

import numpy

from comparison import Row
from inputs import make_input
from model_file import ModelFile
from oracle import Refused, Session
from program import Crashed, Program, Refusal


def _same(left: list[numpy.ndarray], right: list[numpy.ndarray]) -> int:
    """Outputs that differ in a bit; -1: another number of outputs, another type or shape."""
    if len(left) != len(right) or any(a.dtype != b.dtype or a.shape != b.shape for a, b in zip(left, right)):
        return -1
    return sum(a.tobytes() != b.tobytes() for a, b in zip(left, right))


def _litert(file: ModelFile, inputs: list[numpy.ndarray]) -> list[numpy.ndarray] | str:
    why = ""
    for way in ("xnnpack", "optimised"):
        try:
            return Session(file.content, way, [a.shape for a in inputs]).run(inputs)
        except Refused as refused:
            why = str(refused)
    return why


def _ours(path: pathlib.Path, program: Program, inputs: list[numpy.ndarray]) -> list[numpy.ndarray] | str:
    with tempfile.TemporaryDirectory(prefix="trireme-writer-") as folder:
        try:
            return program.run(path, inputs, pathlib.Path(folder)).outputs
        except Refusal as refusal:
            return str(refusal).replace(str(path), path.name)


def compare_written(written: pathlib.Path, source: pathlib.Path, name: str, program: Program) -> Row:
    old, new = ModelFile(source), ModelFile(written)
    row = Row(name, "w", len({n.operator for n in new.nodes}), len(new.nodes))
    facts = program.inspect(source)
    missing = sorted({m["operator"] for m in facts["not_implemented"]} - {"IF", "WHILE", "CALL_ONCE"})
    if missing and not all(m.startswith("CUSTOM") for m in missing):
        row.verdict = "not compared"
        row.note(f"options of {', '.join(missing)} are not represented, so they are not written")
        return row
    try:
        inputs = [make_input(old.tensors[t].type, tuple(old.tensors[t].shape), 0, i) for i, t in enumerate(old.inputs)]
    except KeyError as kind:
        row.verdict = "not compared"
        row.note(f"no random values of type {kind}")
        return row
    row.seeds = ["0"]
    try:
        answers = {"LiteRT": [_litert(f, inputs) for f in (old, new)],
                   "trireme": [_ours(p, program, inputs) for p in (source, written)]}
    except Crashed as crash:
        row.verdict = "FAILS"
        row.note(str(crash))
        return row
    for who, (before, after) in answers.items():
        if isinstance(before, str) or isinstance(after, str):
            if isinstance(before, str) != isinstance(after, str):
                row.verdict = "FAILS"
                row.note(f"{who} runs one of the two: {before if isinstance(before, str) else after}")
            continue
        different = _same(before, after)
        if different:
            row.verdict = "DISAGREES"
            row.mismatches = max(row.mismatches, abs(different))
            row.note(f"{who}: {different} outputs differ")
    if all(isinstance(b, str) for b, _ in answers.values()):
        row.verdict = "not compared"
        row.seeds = []
        row.note("neither LiteRT nor trireme runs the original")
    return row
