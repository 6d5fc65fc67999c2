#!/usr/bin/env python3
"""Checks every #include against docs/layers.txt: who may include whom, no cycles between rooms, foreign headers only
where they are named. Prints file, line and the broken rule; exit code 1 if there is any.

Usage: layers.py ROOT
"""

from __future__ import annotations

import pathlib
import re
import sys

from sources import files

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
EVERYWHERE = ("include/trireme", "kernels/common")

# Foreign headers by the first part of their path or their whole name. What is not here and not of the standard library
# is unknown, and unknown is an error.
FOREIGN = {
    "fmt": "fmt", "nlohmann": "json", "CLI": "CLI", "stb": "stb", "flatbuffers": "flatbuffers", "Eigen": "eigen",
    "gtest": "test", "gmock": "test", "benchmark": "benchmark", "zlib.h": "zlib", "openssl": "crypto", "tflite_generated.h": "flatbuffers",
    "CL": "CL", "vulkan": "vulkan", "volk.h": "volk",
    "immintrin.h": "intrinsics", "arm_neon.h": "intrinsics", "cpuid.h": "intrinsics",
}
SYSTEM = re.compile(r"^(sys/.*|linux/.*|arpa/.*|fcntl\.h|spawn\.h|unistd\.h|sched\.h|signal\.h|pthread\.h|dlfcn\.h|pwd\.h|"
                    r"[a-z_]+|stb_image[a-z_]*\.h)$")
# In no public header: not even through a name of ours.
PUBLIC = "include/trireme"


class Rules:
    """docs/layers.txt: for each room the rooms and the foreign headers that it may include."""

    def __init__(self, text: str) -> None:
        self.rooms: dict[str, set[str]] = {}
        self.foreign: dict[str, set[str]] = {}
        for line in text.splitlines():
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            allowed, _, foreign = line.partition("|")
            room, *others = allowed.split()
            self.rooms[room] = set(others)
            self.foreign[room] = set(foreign.split())

    def room_of(self, path: str) -> str | None:
        """The longest room that is a folder above `path`; None outside every room. `core` itself is its own files."""
        parts = path.split("/")[:-1]
        for length in range(len(parts), 0, -1):
            room = "/".join(parts[:length])
            if room in self.rooms:
                return room
        return None

    def cycles(self) -> list[str]:
        """One sentence for every room that reaches itself."""
        def reaches(start: str) -> bool:
            seen, queue = set(), list(self.rooms[start])
            while queue:
                room = queue.pop()
                if room == start:
                    return True
                if room not in seen:
                    seen.add(room)
                    queue.extend(self.rooms.get(room, ()))
            return False
        return [f"docs/layers.txt: room {room} reaches itself" for room in sorted(self.rooms) if reaches(room)]


def check_include(rules: Rules, room: str, target: str, quoted: bool) -> str | None:
    """The broken rule, or None."""
    if target.startswith("trireme/"):
        return None
    if quoted and rules.room_of(target):
        other = rules.room_of(target)
        if other == room or other in EVERYWHERE or other in rules.rooms[room]:
            return None if room != PUBLIC else f"the public face may include only the standard library and its siblings"
        return f"{room} may not include {other}"
    library = FOREIGN.get(target.split("/")[0]) or ("stb" if target.startswith("stb_") else None)
    if library:
        return None if library in rules.foreign[room] else f"{room} may not include {library} headers ({target})"
    if quoted:
        return f"'{target}' is in no room of docs/layers.txt"
    return None if SYSTEM.match(target) else f"unknown header <{target}>"


def check(root: pathlib.Path) -> list[str]:
    """Every violation below `root`, as 'file:line: sentence'."""
    rules = Rules((root / "docs/layers.txt").read_text())
    problems = rules.cycles()
    for path in files(root, {".h", ".cpp", ".inc"}):
        name = path.as_posix()
        if name.startswith("tests/"):
            continue
        room = rules.room_of(name)
        if room is None:
            problems.append(f"{name}:1: lies in no room of docs/layers.txt")
            continue
        for number, line in enumerate((root / path).read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            target, quoted = match.group(2), match.group(1) == '"'
            problem = check_include(rules, room, target, quoted)
            library = FOREIGN.get(target.split("/")[0])
            if (not problem and path.suffix == ".h" and library in {"fmt", "json"}
                    and target != "nlohmann/json_fwd.hpp"):  # declarations only
                problem = "fmt and nlohmann-json belong into .cpp files"
            if problem:
                problems.append(f"{name}:{number}: {problem}")
    return problems


def main() -> int:
    problems = check(pathlib.Path(sys.argv[1]))
    print("\n".join(problems) or "layers: every include is allowed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
