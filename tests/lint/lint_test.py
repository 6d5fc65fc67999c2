#!/usr/bin/env python3
"""Every lint tool is seen to fail when its rule is broken, in a small tree made for it.

Usage: lint_test.py FOLDER_OF_THE_LINT_TOOLS
"""

from __future__ import annotations

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, sys.argv.pop(1))

import formatting  # noqa: E402
import layers  # noqa: E402
import sizes  # noqa: E402
import words  # noqa: E402

LAYERS = """
include/trireme
kernels/common
core/base          | fmt
core/graph         core/base | fmt
core               core/base core/graph
tools              core/base | CLI
"""


class Tree(unittest.TestCase):
    """A folder with a docs/layers.txt, empty otherwise."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("docs/layers.txt", LAYERS)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Layers(Tree):
    def test_allows_what_the_rules_allow(self) -> None:
        self.write("core/graph/a.cpp", '#include <fmt/format.h>\n#include "core/base/b.h"\n#include "trireme/t.h"\n'
                                       '#include "kernels/common/p.h"\n#include <vector>\n')
        self.write("core/roof.cpp", '#include "core/graph/a.h"\n')
        self.assertEqual(layers.check(self.root), [])

    def test_names_file_line_and_rule(self) -> None:
        self.write("core/base/a.cpp", '#include <vector>\n#include "core/graph/g.h"\n')
        self.assertEqual(layers.check(self.root), ["core/base/a.cpp:2: core/base may not include core/graph"])

    def test_sees_a_foreign_header_in_the_wrong_room(self) -> None:
        self.write("core/base/a.cpp", "#include <CLI/CLI.hpp>\n")
        self.assertEqual(layers.check(self.root),
                         ["core/base/a.cpp:1: core/base may not include CLI headers (CLI/CLI.hpp)"])

    def test_keeps_fmt_out_of_headers(self) -> None:
        self.write("core/base/a.h", "#include <fmt/format.h>\n")
        self.assertIn("belong into .cpp files", layers.check(self.root)[0])

    def test_keeps_the_public_face_free(self) -> None:
        self.write("include/trireme/a.h", '#include "core/base/b.h"\n#include <fmt/format.h>\n')
        self.assertEqual(len(layers.check(self.root)), 2)

    def test_sees_a_file_in_no_room_and_an_unknown_header(self) -> None:
        self.write("strange/a.cpp", "#include <vector>\n")
        self.write("core/base/b.cpp", "#include <boost/any.hpp>\n")
        self.assertEqual(len(layers.check(self.root)), 2)

    def test_sees_a_cycle(self) -> None:
        self.write("docs/layers.txt", LAYERS.replace("core/base          | fmt", "core/base core/graph"))
        self.assertIn("docs/layers.txt: room core/base reaches itself", layers.check(self.root))


class Sizes(Tree):
    def test_takes_800_lines_and_no_more(self) -> None:
        self.write("core/base/a.cpp", "int a;\n" * 800)
        self.assertEqual(sizes.check(self.root), [])
        self.write("core/base/a.cpp", "int a;\n" * 801)
        self.assertEqual(sizes.check(self.root), ["core/base/a.cpp: 801 lines, 800 are the end"])

    def test_wants_a_reason_for_an_exception(self) -> None:
        self.write("core/base/a.cpp", "int a;\n" * 801)
        self.write("tools/lint/large_files.txt", "core/base/a.cpp: a table of facts\n")
        self.assertEqual(sizes.check(self.root), [])
        self.write("tools/lint/large_files.txt", "core/base/a.cpp:\n")
        self.assertEqual(len(sizes.check(self.root)), 1)


class Formatting(Tree):
    def test_sees_what_clang_format_would_change(self) -> None:
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.write("core/base/a.cpp", "int a = 1;\n")
        self.assertEqual(formatting.check(self.root), [])
        self.write("core/base/a.cpp", "int   a=1 ;\n")
        self.assertEqual(formatting.check(self.root), ["core/base/a.cpp: clang-format would change it"])


class Words(Tree):
    def test_sees_left_over_work_and_outside_paths(self) -> None:
        self.write("core/base/a.cpp", "// plain\n")
        self.assertEqual(words.check(self.root), [])
        self.write("core/base/a.cpp", "// TO" + "DO later\nauto p = \"../sha" + "red/models\";\n")
        self.assertEqual(len(words.check(self.root)), 2)


if __name__ == "__main__":
    unittest.main()
