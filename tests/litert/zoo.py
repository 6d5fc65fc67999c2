#!/usr/bin/env python3
"""Generates the zoo's networks, compares trireme with LiteRT on them, and integers with floats.

    zoo.py [--trireme PROGRAM] [--folder DIR] [--only NAME ...] [--types float32,int8] [--seeds 1] [--answers 6]

Each file is judged by its class as compare.py does, inner tensors too. Then the int8 network answers --answers inputs
beside the float32 one: how often the largest output is the same (of segmentations: at how many pixels), and the
relative L2 distance of the outputs. Exit code 4: something does not agree with LiteRT.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy

import report
from comparison import Comparison
from inputs import picture
from model_file import ModelFile
from program import Program

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trireme", type=pathlib.Path, default=ROOT / "build/release/bin/trireme")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/zoo")
    parser.add_argument("--only", action="append", default=[], help="this network; repeatable")
    parser.add_argument("--types", default="float32,int8")
    parser.add_argument("--seeds", default="1", help="of the inputs; see inputs.py")
    parser.add_argument("--answers", type=int, default=6)
    return parser.parse_args()


def scale_of(file: ModelFile, tensor: int) -> tuple[float, int]:
    quantization = file.model.subgraphs[0].tensors[tensor].quantization
    return float(quantization.scale[0]), int(quantization.zeroPoint[0])


def sample(shape: tuple[int, ...], number: int) -> numpy.ndarray:
    """-1..1: pictures and white noise in turn, none of them a calibration input."""
    generator = numpy.random.default_rng([7, number])
    unit = picture(shape, generator) if number % 2 == 0 else generator.random(shape)
    return (2 * unit - 1).astype(numpy.float32)


def answers(floats: pathlib.Path, codes: pathlib.Path, program: Program, count: int) -> str:
    file = ModelFile(codes)
    (in_scale, in_zero), (out_scale, out_zero) = scale_of(file, file.inputs[0]), scale_of(file, file.outputs[0])
    shape = tuple(file.tensors[file.inputs[0]].shape)
    same, distances = [], []
    with tempfile.TemporaryDirectory(prefix="trireme-zoo-") as folder:
        for number in range(count):
            data = sample(shape, number)
            quantized = numpy.clip(numpy.rint(data / in_scale) + in_zero, -128, 127).astype(numpy.int8)
            real = program.run(floats, [data], pathlib.Path(folder)).outputs[0]
            code = program.run(codes, [quantized], pathlib.Path(folder)).outputs[0]
            back = (code.astype(numpy.float32) - out_zero) * out_scale
            same.append(float(numpy.mean(real.argmax(-1) == back.argmax(-1))))
            distances.append(float(numpy.linalg.norm(real - back) / numpy.linalg.norm(real)))
    return (f"int8 beside float32 on {count} inputs: same largest output {100 * numpy.mean(same):.1f} %, relative L2 "
            f"median {numpy.median(distances):.3f}, worst {max(distances):.3f}")


def main() -> int:
    options = arguments()
    path = options.trireme.resolve()
    program = Program(path)
    options.folder.mkdir(parents=True, exist_ok=True)
    good = True
    for network in program.zoo():
        name = network["name"]
        if options.only and name not in options.only:
            continue
        files = {}
        for kind in options.types.split(","):
            files[kind] = options.folder / f"{name}_{kind}.tflite"
            subprocess.run([path, "zoo", name, "--type", kind, "-o", files[kind], "--quiet"], check=True)
            row = Comparison(files[kind], files[kind].name, program, [int(s) for s in options.seeds.split(",")]).run()
            print(report.line(row), flush=True)
            good = good and row.good()
        if options.answers and {"float32", "int8"} <= set(files):
            print(f"  {answers(files['float32'], files['int8'], program, options.answers)}", flush=True)
    return 0 if good else 4


if __name__ == "__main__":
    sys.exit(main())
