#!/usr/bin/env python3
"""Fails on words that do not belong into the project: work left for someone, and paths outside it.

Usage: words.py ROOT
"""

from __future__ import annotations

import pathlib
import re
import sys

from sources import files

LEFT_OVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
OUTSIDE = re.compile(r"\.\./sha" r"red|(?<![\w./])/(home|work|root)/")
MAY_NAME_OUTSIDE = {"scripts/check"}
BINARY = {".tflite", ".npy", ".png", ".gz", ".zip", ".bin"}


def check(root: pathlib.Path) -> list[str]:
    """Every violation below `root`, as 'file:line: sentence'."""
    problems = []
    for path in files(root):
        name = path.as_posix()
        if path.suffix in BINARY or "corpus" in path.parts:
            continue
        for number, line in enumerate((root / path).read_text(errors="replace").splitlines(), 1):
            if LEFT_OVER.search(line):
                problems.append(f"{name}:{number}: work left for someone")
            if OUTSIDE.search(line) and name not in MAY_NAME_OUTSIDE:
                problems.append(f"{name}:{number}: names a folder outside the project")
    return problems


def main() -> int:
    problems = check(pathlib.Path(sys.argv[1]))
    print("\n".join(problems) or "words: nothing left over, nothing outside")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
