"""Op files with golden outputs beside them: NAME.tflite, NAME_inputK_TYPE.csv, NAME_golden_TYPE.csv. Bit for bit."""

from __future__ import annotations

import pathlib
import re
import tempfile

import numpy

import judge
from comparison import Row
from model_file import NUMPY_TYPES, ModelFile
from program import Crashed, Program, Refusal


def has_golden(path: pathlib.Path) -> bool:
    return any(path.parent.glob(f"{path.stem}_golden_*.csv"))


def read_csv(path: pathlib.Path, shape: list[int]) -> numpy.ndarray:
    kind = re.search(r"_(\w+)$", path.stem)[1].rsplit("_", 1)[-1]
    numbers = re.findall(r"-?\d+", path.read_text())
    return numpy.array([int(n) for n in numbers], NUMPY_TYPES[kind]).reshape(shape)


def compare_golden(path: pathlib.Path, name: str, program: Program) -> Row:
    file = ModelFile(path)
    row = Row(name, file.comparison_class(), len({n.operator for n in file.nodes}), len(file.nodes), ["golden"])
    inputs = []
    for position, tensor in enumerate(file.inputs):
        source = next(path.parent.glob(f"{path.stem}_input{position}_*.csv"))
        inputs.append(read_csv(source, file.tensors[tensor].shape))
    golden = next(path.parent.glob(f"{path.stem}_golden_*.csv"))
    with tempfile.TemporaryDirectory(prefix="trireme-golden-") as folder:
        try:
            answer = program.run(path, inputs, pathlib.Path(folder))
        except (Refusal, Crashed) as failure:
            row.verdict = "FAILS"
            row.note(str(failure))
            return row
    finding = judge.compare_exact(answer.outputs[0], read_csv(golden, file.tensors[file.outputs[0]].shape))
    row.largest, row.relative, row.mismatches = finding.largest, finding.relative, finding.mismatches
    if not finding.ok:
        row.verdict = "DISAGREES"
        row.first_difference = finding.sentence()
    return row
