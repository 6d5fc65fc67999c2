"""Console blocks of a page: commands, and what the page says that they print.

A block opens with ```console. A line that starts with "$ " is a command, run in the folder of the sources; what follows
is its output on standard output. A line "..." stands for any number of lines. "```console measured" says that times in
the block are one machine's: the command must succeed, its output is not compared. "THE CPU" stands for the name of the
processor.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re


@dataclasses.dataclass
class Run:
    line: int  # of the command, from 1
    command: str
    expected: list[str]
    compared: bool


def runs_of(page: pathlib.Path) -> list[Run]:
    runs: list[Run] = []
    inside, compared = False, True
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.startswith("```"):
            inside = not inside and line.startswith("```console")
            compared = "measured" not in line
        elif inside and line.startswith("$ "):
            runs.append(Run(number, line[2:], [], compared))
        elif inside and runs:
            runs[-1].expected.append(line)
    return runs


def normalised(output: str, processor: str) -> list[str]:
    """The output as a page shows it: no names of this machine, no empty lines at either end."""
    return output.replace(processor, "THE CPU").strip("\n").splitlines()


def matches(expected: list[str], printed: list[str]) -> bool:
    """Whether the printed lines are the expected ones, "..." being any number of them."""
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == "..." else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None
