#!/usr/bin/env python3
"""Which cells of the matrix the two Vulkan drivers take, and that their answers differ only where the drivers do.

Usage: taken_cells.py ASKED_CELLS

What one takes the other takes too, or refuses for a feature or a limit that it lacks; and every refusal has a sentence:
anything else fails. Exit code 77: a driver is not installed.
"""

from __future__ import annotations

import collections
import os
import subprocess
import sys

from under_driver import NOT_INSTALLED, VULKAN, skipped

OF_A_DEVICE = {"FeatureLevel", "Limit"}
MOST_SHOWN = 10


def answers_of(driver: str, program: str) -> dict[str, str]:
    """Cell ("GROUP: NAME"): "taken", or the kinds of the reasons against it."""
    done = subprocess.run([program, "vulkan"], text=True, check=False, stdout=subprocess.PIPE,
                          env={**os.environ, "VK_ICD_FILENAMES": str(VULKAN[driver])})
    if done.returncode != 0:
        sys.exit(f"{driver} was not asked: {done.stdout}")
    return dict(line.split("\t") for line in done.stdout.splitlines())


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    for driver, file in VULKAN.items():
        if not file.exists():
            return skipped(f"{driver} is not installed ({file})")
    asked = {driver: answers_of(driver, sys.argv[1]) for driver in VULKAN}
    first, second = asked.values()
    wrong = [f"{driver}, {cell}: refused without a sentence"
             for driver, answers in asked.items() for cell, answer in answers.items() if "nothing" in answer]
    wrong += [f"{cell} is asked of one driver alone" for cell in first.keys() ^ second.keys()]
    groups: collections.Counter[str] = collections.Counter()
    for cell in first.keys() & second.keys():
        here, there = first[cell], second[cell]
        if (here == "taken") == (there == "taken"):
            continue
        refusal = there if here == "taken" else here
        who = list(asked)[1 if here == "taken" else 0]
        groups[f"{cell.split(':')[0]}: {who} refuses for {refusal}"] += 1
        if not set(refusal.split()) & OF_A_DEVICE:
            wrong.append(f"{cell}: {who} refuses for {refusal}, which is no matter of the driver")
    for driver, answers in asked.items():
        taken = sum(answer == "taken" for answer in answers.values())
        print(f"{driver}: {taken} cells taken, {len(answers) - taken} refused")
    for group, count in sorted(groups.items()):
        print(f"{group}: {count} cells that the other takes")
    print(*wrong[:MOST_SHOWN], sep="\n")
    return 1 if wrong or not first else 0


if __name__ == "__main__":
    sys.exit(main())
