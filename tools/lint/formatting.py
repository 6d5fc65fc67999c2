#!/usr/bin/env python3
"""Fails on C++ files that clang-format (14, Debian 12's) would change.

Usage: formatting.py ROOT
"""

from __future__ import annotations

import pathlib
import subprocess
import sys

from sources import files

# A list whose lines are read by eye and by the preprocessor; clang-format would fold them.
LISTS = {".inc", ".gpu"}


def check(root: pathlib.Path) -> list[str]:
    """One sentence for every file that is not formatted."""
    names = [path.as_posix() for path in files(root, {".h", ".cpp"}) if path.suffix not in LISTS]
    if not names:
        return []
    run = subprocess.run(["clang-format", "--dry-run", "--ferror-limit=1", *names], cwd=root, capture_output=True,
                         text=True, check=False)
    if run.returncode != 0 and "warning:" not in run.stderr and "error:" not in run.stderr:
        return [f"clang-format failed: {run.stderr.strip()}"]
    changed = sorted({line.split(":")[0] for line in run.stderr.splitlines() if "clang-format" in line})
    return [f"{name}: clang-format would change it" for name in changed]


def main() -> int:
    problems = check(pathlib.Path(sys.argv[1]))
    print("\n".join(problems) or "formatting: clang-format would change nothing")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
