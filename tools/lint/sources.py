"""The project's files, as the lint tools see them."""

from __future__ import annotations

import pathlib

SKIPPED_FOLDERS = {"build", ".git", ".cache", "__pycache__"}
CPP_SUFFIXES = {".h", ".cpp", ".inc", ".gpu"}


def files(root: pathlib.Path, suffixes: set[str] | None = None) -> list[pathlib.Path]:
    """Every file below `root`, sorted, relative to it; only those with one of `suffixes`, if given."""
    found = []
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        if SKIPPED_FOLDERS.intersection(relative.parts) or path.is_symlink() or not path.is_file():
            continue
        if suffixes is None or path.suffix in suffixes:
            found.append(relative)
    return sorted(found)
