"""The table, for the terminal and for docs/."""

from __future__ import annotations

import pathlib

from comparison import Row

COLUMNS = ["file", "class", "operators / nodes", "input seeds", "largest difference", "relative", "mismatches",
           "inner tensors", "inner relative", "verdict"]
HEAD = """# Agreement with LiteRT

Every shared model and op file on seeded random inputs, trireme beside LiteRT's reference resolver. With
`TRIREME_TEST_MODELS` and `TRIREME_TEST_OPS` set to the folders of the files and the `release` preset built, this page
is made anew by

    tests/litert/make_environment.sh
    build/litert-venv/bin/python tests/litert/compare.py --write --written build/written

where `build/written` (leave the option out to skip the writer's part) comes from

    cmake --preset ci && cmake --build --preset ci --target rewrite_models
    build/ci/bin/rewrite_models "$TRIREME_TEST_MODELS" build/written/models
    build/ci/bin/rewrite_models "$TRIREME_TEST_OPS" build/written/ops
    build/ci/bin/rewrite_models build/written/samples

Classes, which follow from a model's tensors:

- (a) integer tensors: bit for bit;
- (b) float: every element within 1e-4 of the tensor's largest absolute value, or within twice the spread of LiteRT's
  own three ways (XNNPACK, optimised, reference);
- (c) float activations with integer weights: relative L2 distance at most 1 %, and each such operator alone on LiteRT's
  inputs within 1e-6;
- (d) an integer part by (a), what follows by (b).

Inner tensors are held to the same bounds. "Largest" and "relative" are over all outputs and seeds: codes for integers,
absolute values for floats; relative to the largest absolute value of the tensor (class c: L2). Seeds of float pictures:
0 a picture in -1..1, 1 white noise in 0..1, 2 a picture in 0..1; 0..255 where the network enlarges pictures; 8 and 16
bit inputs span their range. Large models take one seed. A seed "at" other shapes is a model with unknown dimensions,
resized: batch 2 where the batch is unknown. "golden": inputs and outputs that lie beside the file.
"""


def _number(value: float) -> str:
    return "0" if value == 0 else f"{value:.2g}"


def cells(row: Row) -> list[str]:
    if row.comparison == "-" or not row.seeds:
        return [row.file, row.comparison or "-", f"{row.operators} / {row.nodes}", "", "", "", "", "", "", row.verdict]
    return [row.file, row.comparison, f"{row.operators} / {row.nodes}", ", ".join(row.seeds), _number(row.largest),
            _number(row.relative), str(row.mismatches), str(row.inner), _number(row.inner_relative), row.verdict]


def line(row: Row) -> str:
    """For the terminal, while the work goes on."""
    c = cells(row)
    text = (f"{c[9]:<13} {c[1]:<2} {c[0]:<62} {c[2]:>9}  max {c[4]:>8} rel {c[5]:>8} miss {c[6]:>6} "
            f"inner {c[7]:>4} rel {c[8]:>8}")
    details = [row.first_difference] if row.first_difference else []
    if not row.good() or row.verdict != "agrees":
        details += row.notes
    return "\n".join([text] + ["    " + d for d in details])


def _table(rows: list[Row]) -> list[str]:
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    return lines + ["| " + " | ".join(cells(r)) + " |" for r in rows]


def summary(rows: list[Row]) -> str:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.verdict] = counts.get(row.verdict, 0) + 1
    return ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items())) or "nothing"


def document(groups: dict[str, list[Row]], facts: dict[str, str]) -> str:
    lines = [HEAD]
    lines += [f"- {name}: {value}" for name, value in facts.items()]
    for title, rows in groups.items():
        lines += ["", f"## {title}", "", summary(rows) + ".", ""]
        compared = [r for r in rows if r.seeds]
        if all(r.comparison == "w" or not r.seeds for r in rows):  # the same bits or not: no figures to show
            compared = [r for r in compared if r.verdict != "agrees"]
        if compared:
            lines += _table(compared)
        others = [r for r in rows if not r.seeds]
        if others:
            lines += ["", "| file | verdict | why |", "| --- | --- | --- |"]
            lines += [f"| {r.file} | {r.verdict} | {'; '.join(r.notes)} |" for r in others]
        noted = [r for r in compared if r.notes or r.first_difference]
        if noted:
            lines += [""]
            lines += [f"- {r.file}: {'; '.join(filter(None, [r.first_difference, *r.notes]))}" for r in noted]
    return "\n".join(lines) + "\n"


def write(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
