#!/usr/bin/env python3
"""What docs/explain.md and docs/tour.md show is what the program prints."""

from __future__ import annotations

import os
import pathlib
import shlex
import unittest

from documented_runs import Run, matches, normalised, runs_of
from program import SOURCE, Case


class Pages(Case):
    def setUp(self) -> None:
        super().setUp()
        devices = self.run_json("devices")["cpu"]
        self.processor, self.isa = devices["name"], devices["isa"]

    def check_run(self, page: str, run: Run) -> None:
        words = shlex.split(run.command)
        self.assertEqual(words[0], "trireme", run.command)
        if any("isa=avx2" in word for word in words) and "avx2" not in self.isa:
            self.skipTest(f"this machine lacks AVX2, whose prices {page} shows")
        folder = SOURCE
        if any(word.startswith("coral/") for word in words):
            models = os.environ.get("TRIREME_TEST_MODELS")
            if not models:
                return  # the others of this page still count; test_real_models says that it is skipped
            folder = pathlib.Path(models)
        words = [str(self.folder / word) if word.endswith((".trace.json", ".svg")) else word for word in words[1:]]
        output = self.run_program(*words, folder=folder).stdout
        if not run.compared:
            self.assertNotEqual(output, "")
            return
        printed = normalised(output, self.processor)
        expected = normalised("\n".join(run.expected), self.processor)
        if not matches(expected, printed):
            self.maxDiff = None
            self.assertEqual("\n".join(expected), "\n".join(printed), f"{page}, line {run.line}")

    def check_page(self, name: str) -> None:
        runs = runs_of(SOURCE / "docs" / name)
        self.assertGreater(len(runs), 3, name)
        for run in runs:
            with self.subTest(page=name, line=run.line):
                self.check_run(name, run)

    def test_explain(self) -> None:
        self.check_page("explain.md")

    def test_tour(self) -> None:
        self.check_page("tour.md")

    def test_real_models(self) -> None:
        if not os.environ.get("TRIREME_TEST_MODELS"):
            self.skipTest("TRIREME_TEST_MODELS is not set: the runs of models outside the project are left out")

    def test_explain_shows_three_reports_and_what_to_read_in_them(self) -> None:
        page = (SOURCE / "docs" / "explain.md").read_text()
        reports = [run for run in runs_of(SOURCE / "docs" / "explain.md") if run.command.startswith("trireme explain")]
        self.assertGreaterEqual(len(reports), 3)
        self.assertGreaterEqual(page.count("**What to read**"), 3)


class Rules(unittest.TestCase):
    def test_three_dots_stand_for_lines_and_nothing_else(self) -> None:
        self.assertTrue(matches(["a", "...", "d"], ["a", "b", "c", "d"]))
        self.assertTrue(matches(["a", "...", "d"], ["a", "d"]))
        self.assertFalse(matches(["a", "...", "d"], ["a", "b"]))
        self.assertFalse(matches(["a", "b."], ["a", "bx"]))
        self.assertFalse(matches(["a"], ["a", "b"]))
        self.assertFalse(matches(["a", "... b"], ["a", "x", "b"]))


if __name__ == "__main__":
    unittest.main()
