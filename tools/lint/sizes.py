#!/usr/bin/env python3
"""Fails on source files of more than 800 lines, unless tools/lint/large_files.txt names them with a reason.

Usage: sizes.py ROOT
"""

from __future__ import annotations

import pathlib
import sys

from sources import CPP_SUFFIXES, files

LIMIT = 800
SUFFIXES = CPP_SUFFIXES | {".py", ".cmake", ".fbs", ".sh"}


def allowed(root: pathlib.Path) -> dict[str, str]:
    """Path -> reason, of tools/lint/large_files.txt; a line is 'path: reason'."""
    path = root / "tools/lint/large_files.txt"
    entries = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.partition(":")
            entries[name.strip()] = reason.strip()
    return entries


def check(root: pathlib.Path) -> list[str]:
    """Every violation below `root`, as sentences."""
    exceptions = allowed(root)
    problems = [f"tools/lint/large_files.txt: {name} needs a reason" for name, why in exceptions.items() if not why]
    long = {}
    for path in files(root, SUFFIXES):
        lines = len((root / path).read_text(errors="replace").splitlines())
        if lines > LIMIT:
            long[path.as_posix()] = lines
    problems += [f"{name}: {lines} lines, {LIMIT} are the end" for name, lines in long.items() if name not in exceptions]
    problems += [f"tools/lint/large_files.txt: {name} is not longer than {LIMIT} lines"
                 for name in exceptions if name not in long]
    return problems


def main() -> int:
    problems = check(pathlib.Path(sys.argv[1]))
    print("\n".join(problems) or f"sizes: no file above {LIMIT} lines without a reason")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
