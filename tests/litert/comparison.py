"""One file against the oracle: every seed, outputs and inner tensors, by the class that its tensors give it."""

from __future__ import annotations

import dataclasses
import pathlib
import tempfile

import numpy

import judge
from inputs import is_picture, make_input
from model_file import NUMPY_TYPES, ModelFile, cut
from oracle import CUSTOM_OPERATORS, Refused, Run, readable, run_signature, signature_inputs
from program import Crashed, Program, Refusal, batches

HEAVY_WORK = 3_000_000_000    # MACs above which one seed is enough
HEAVY_BYTES = 200_000_000     # and bytes of inputs

# Files that LiteRT runs and that trireme refuses on purpose: what the refusal has to say, and why.
ONE_SCALE = ("expected one scale", "weights with a scale for each channel: LiteRT's kernel knows one and answers 0 "
             "everywhere")
KNOWN_REFUSALS = {
    "litert_rt/static_w8_a16_quantized_attn_vec_einsum.tflite": ONE_SCALE,
    "litert_rt/static_w8_a16_quantized_q_einsum.tflite": ONE_SCALE,
    "tflite_testdata/add_quantized_int8.tflite":
        ("output 0 'add'", "the file contradicts itself: the sum of two int8 tensors is declared float32"),
    "blockwise.tflite": ("(int4", "four-bit weights are not implemented"),
}


@dataclasses.dataclass
class Row:
    """A line of the table."""
    file: str
    comparison: str = ""  # class: a, b, c, d; "-" where nothing was compared
    operators: int = 0    # different ones
    nodes: int = 0
    seeds: list[str] = dataclasses.field(default_factory=list)
    largest: float = 0.0
    relative: float = 0.0
    mismatches: int = 0
    inner: int = 0
    inner_relative: float = 0.0
    verdict: str = "agrees"  # agrees, DISAGREES, refused, not compared, FAILS
    notes: list[str] = dataclasses.field(default_factory=list)
    first_difference: str = ""

    def note(self, text: str) -> None:
        if text and text not in self.notes:
            self.notes.append(text)

    def good(self) -> bool:
        return self.verdict in ("agrees", "refused", "not compared")


class Comparison:
    def __init__(self, path: pathlib.Path, name: str, program: Program, seeds: list[int], per_operator: bool = False):
        self._program = program
        self._seeds = seeds
        self._per_operator = per_operator
        self._path = path
        self.row = Row(name)
        self._folder = tempfile.TemporaryDirectory(prefix="trireme-litert-")
        self._scratch = pathlib.Path(self._folder.name)

    def run(self) -> Row:
        try:
            self._compare()
        except Crashed as crash:
            self.row.verdict = "FAILS"
            self.row.note(str(crash))
        finally:
            self._folder.cleanup()
        return self.row

    def _compare(self) -> None:
        row = self.row
        try:
            facts = self._program.inspect(self._path)
        except Refusal as refusal:
            row.verdict, row.comparison = "refused", "-"
            row.note(self._sentence(refusal))
            return
        try:
            self._file = ModelFile(self._path)
        except ValueError as error:
            row.verdict, row.comparison = "not compared", "-"
            row.note(str(error))
            return
        file = self._file
        row.nodes = len(file.nodes)
        row.operators = len({n.operator for n in file.nodes})
        used = {n.operator for n in file.nodes}
        missing = {m["operator"] for m in facts["not_implemented"] if m["operator"].removeprefix("CUSTOM ") in used}
        if missing:
            self._expect_refusal(sorted(missing))
            return
        row.comparison = file.comparison_class()
        self._exact = file.exact_tensors()
        self._content, changed = readable(file)
        row.note(changed)
        row.note("; ".join(f"{n.operator} computed by this script, without LiteRT" for n in file.nodes
                           if n.operator in CUSTOM_OPERATORS))
        strange = sorted({file.tensors[t].type for t in file.inputs} - set(NUMPY_TYPES))
        if strange:
            self._strange_inputs(strange)
            return
        heavy = facts["totals"]["macs"] > HEAVY_WORK or self._input_bytes() > HEAVY_BYTES
        seeds = self._seeds[-1:] if heavy else self._seeds
        try:
            if file.subgraphs > 1 and len(file.signatures) > 1:
                for key in file.signatures:
                    self._signature(key, seeds)
                return
            shapes = [tuple(file.tensors[t].shape) for t in file.inputs]
            for seed in seeds:
                self._variant(shapes, seed, str(seed))
            other = self._resized()
            if other and not heavy:
                self._try_resized(other, seeds[0])
        except Refused as refused:
            self._only_ours(str(refused), seeds[0])

    def _sentence(self, refusal: Refusal) -> str:
        """Without the places of this machine."""
        return str(refusal).removeprefix("trireme: ").replace(str(self._path), self.row.file)

    def _input_bytes(self) -> int:
        return sum(4 * int(numpy.prod(self._file.tensors[t].shape)) for t in self._file.inputs)

    def _expect_refusal(self, missing: list[str]) -> None:
        row = self.row
        row.comparison = "-"
        try:
            self._program.run(self._path, [], self._scratch)
            row.verdict = "FAILS"
            row.note(f"ran although {', '.join(missing)} are not implemented")
        except Refusal as refusal:
            unnamed = [name for name in missing if name not in str(refusal)]
            row.verdict = "FAILS" if unnamed else "refused"
            row.note(f"exit code 1, names {', '.join(missing)}" if not unnamed
                     else f"the refusal does not name {', '.join(unnamed)}: {self._sentence(refusal)}")

    def _strange_inputs(self, types: list[str]) -> None:
        """NumPy has no values for these inputs; the program still may not crash."""
        row = self.row
        row.verdict = "not compared"
        row.note(f"no random values of type {', '.join(types)}")
        try:
            self._program.random(self._path)
            row.note("trireme runs it")
        except Refusal as refusal:
            row.note(f"trireme: {self._sentence(refusal)}")

    def _only_ours(self, why: str, seed: int) -> None:
        """LiteRT refuses; ours may run or refuse, but not crash."""
        row, file = self.row, self._file
        row.verdict = "not compared"
        row.note(f"LiteRT: {why}")
        try:
            arrays = [make_input(file.tensors[t].type, tuple(file.tensors[t].shape), seed, i)
                      for i, t in enumerate(file.inputs)]
            self._program.run(self._path, arrays, self._scratch)
            row.note("trireme runs it")
        except Refusal as refusal:
            row.note(f"trireme: {self._sentence(refusal)}")

    def _resized(self) -> list[tuple[int, ...]] | None:
        """Input shapes with other unknown dimensions than the file's: batch 2, or one more elsewhere."""
        tensors = [self._file.tensors[t] for t in self._file.inputs]
        if not any(-1 in t.signature for t in tensors):
            return None
        return [tuple(n + 1 if free == -1 else n for n, free in zip(t.shape, t.signature)) for t in tensors]

    def _try_resized(self, shapes: list[tuple[int, ...]], seed: int) -> None:
        label = f"{seed} at {', '.join('x'.join(map(str, s)) for s in shapes)}"
        try:
            self._variant(shapes, seed, label)
        except Refused as refused:
            self.row.note(f"{label}: LiteRT: {refused}")

    def _enlarges(self) -> bool:
        """A picture in, a larger one out: such networks speak 0..255."""
        ends = [self._file.tensors[t].shape for t in self._file.inputs[:1] + self._file.outputs[:1]]
        if len(ends) < 2 or not all(is_picture(tuple(s)) for s in ends):
            return False
        return ends[1][1] > ends[0][1] and ends[1][2] > ends[0][2]

    def _oracle_runs(self, arrays: list[numpy.ndarray], inner: bool) -> list[Run]:
        """The reference resolver, and for floats the other two ways."""
        runs = [Run(self._file, self._content, "reference", arrays, inner)]
        if self.row.comparison == "a":
            return runs
        for way in ("optimised", "xnnpack"):
            try:
                runs.append(Run(self._file, self._content, way, arrays, inner and way == "optimised"))
            except Refused as refused:
                self.row.note(f"LiteRT {way}: {refused}")
        return runs

    def _judge(self, index: int, ours: numpy.ndarray, oracles: list[numpy.ndarray]) -> judge.Finding:
        if index in self._exact or not numpy.issubdtype(oracles[0].dtype, numpy.floating):
            exact = judge.compare_exact(ours, oracles[0])
            if exact.ok or not numpy.issubdtype(oracles[0].dtype, numpy.floating):
                return exact
        if self.row.comparison == "c":
            return judge.compare_hybrid(ours, oracles[0])
        return judge.compare_float(ours, oracles)

    def _warn_of_constant(self, label: str, position: int, values: numpy.ndarray) -> None:
        """Equal answers prove little where every element is the same."""
        if values.size > 1 and (values == values.flat[0]).all():
            self.row.note(f"seed {label}, output {position}: all {values.size} elements are {values.flat[0]:g}")

    def _record(self, finding: judge.Finding, what: str, output: bool) -> None:
        row = self.row
        if output:
            row.largest = max(row.largest, finding.largest)
            row.relative = max(row.relative, finding.relative)
            row.mismatches += finding.mismatches
        else:
            row.inner += 1
            row.inner_relative = max(row.inner_relative, finding.relative)
        if not finding.ok:
            row.verdict = "DISAGREES"
            if not row.first_difference:
                row.first_difference = f"{what}: {finding.sentence()}"

    def _variant(self, shapes: list[tuple[int, ...]], seed: int, label: str) -> None:
        file, row = self._file, self.row
        top = 255 if self._enlarges() else 1
        arrays = [make_input(file.tensors[t].type, shape, seed, i, top)
                  for i, (t, shape) in enumerate(zip(file.inputs, shapes))]
        try:
            runs = self._oracle_runs(arrays, inner=True)
        except Refused as refused:
            if "positive" not in str(refused):
                raise
            arrays = [numpy.abs(a // 2 if a.dtype.kind == "i" else a) for a in arrays]
            runs = self._oracle_runs(arrays, inner=True)
            row.note("absolute values of the inputs: negative ones are refused on both sides")
        row.seeds.append(label)
        try:
            answer = self._program.run(self._path, arrays, self._scratch)
        except Refusal as refusal:
            self._refuses_alone(self._sentence(refusal))
            return
        self._inner(arrays, runs)
        for position, tensor in enumerate(file.outputs):
            finding = self._judge(tensor, answer.outputs[position], [r.outputs[position] for r in runs])
            self._record(finding, f"seed {label}, output {position} '{file.tensors[tensor].name}'", output=True)
            self._warn_of_constant(label, position, runs[0].outputs[position])
        if row.comparison == "c" or self._per_operator:
            self._operators_alone(runs[0])

    def _refuses_alone(self, sentence: str) -> None:
        row = self.row
        words, why = KNOWN_REFUSALS.get(row.file, ("", ""))
        known = bool(words) and words in sentence
        row.verdict = "refused" if known else "FAILS"
        row.seeds = []
        row.note(f"trireme refuses what LiteRT runs: {sentence}{f' ({why})' if known else ''}")

    def _dumpable(self) -> list:
        """Inner tensors that our passes leave in the graph."""
        nodes = self._program.explain(self._path)["nodes"]
        gone = {n["index"] for n in nodes if n["partition"] is None and n["fused_into"] is None}
        return [t for t in self._file.inner_tensors() if self._file.producer[t.index].index not in gone]

    def _inner(self, arrays: list[numpy.ndarray], runs: list[Run]) -> None:
        """Inner tensors in the order of the nodes, and outputs once more: they must not depend on the dumps."""
        tensors = {t.name: t for t in self._dumpable()}
        for names in batches(list(tensors)):
            try:
                dumps = self._program.run(self._path, arrays, self._scratch, names).dumps
            except Refusal as refusal:
                self.row.verdict = "FAILS"
                self.row.note(f"--dump: {self._sentence(refusal)}")
                return
            for name in names:
                tensor = tensors[name]
                oracles = [r.tensor(tensor.index) for r in runs[:2]]
                finding = self._judge(tensor.index, dumps[name], oracles)
                node = self._file.producer[tensor.index]
                what = f"node {node.index} {node.operator}, tensor {tensor.index} '{name[-60:]}'"
                self._record(finding, what, output=False)

    def _operators_alone(self, run: Run) -> None:
        """Each hybrid node (or each node) on LiteRT's own inputs: equal codes leave one float step of difference."""
        file = self._file
        nodes = file.computed_nodes() if self._per_operator else file.hybrid_nodes()
        alone, worst = 0, 0.0
        for node in nodes:
            values = {t: run.tensor(t) for t in file.live_inputs(node) + [t for t in node.outputs if t >= 0]}
            part, reads, writes = cut(self._content, node.index, node.index, {t: v.shape for t, v in values.items()})
            path = self._scratch.parent / f"{self._scratch.name}-part.tflite"
            path.write_bytes(part)
            try:
                outputs = self._program.run(path, [values[t] for t in reads], self._scratch).outputs
            except Refusal as refusal:
                self.row.verdict = "FAILS"
                self.row.note(f"node {node.index} {node.operator} alone: {self._sentence(refusal)}")
                continue
            finally:
                path.unlink()
            for tensor, ours in zip(writes, outputs):
                bound = judge.HYBRID_OPERATOR_BOUND if node in file.hybrid_nodes() else 2e-5
                floating = numpy.issubdtype(values[tensor].dtype, numpy.floating)
                finding = (judge.compare_float(ours, [values[tensor]], bound) if floating
                           else judge.compare_exact(ours, values[tensor]))
                alone, worst = alone + 1, max(worst, finding.relative)
                if not finding.ok:
                    self.row.verdict = "DISAGREES"
                    self.row.note(f"node {node.index} {node.operator} alone: {finding.sentence()}")
        self.row.notes = [n for n in self.row.notes if not n.startswith("operators alone")]
        self.row.note(f"operators alone: {alone} nodes, relative {worst:.1e}")

    def _signature(self, key: str, seeds: list[int]) -> None:
        row = self.row
        for seed in seeds:
            described = signature_inputs(self._content, key)
            arrays = {n: make_input(kind, shape, seed, i) for i, (n, (kind, shape)) in enumerate(described.items())}
            expected = run_signature(self._content, "reference", key, arrays)
            row.seeds.append(f"{key} {seed}")
            try:
                answer = self._program.run(self._path, arrays, self._scratch, signature=key)
            except Refusal as refusal:
                row.verdict = "FAILS"
                row.note(f"signature {key}: {self._sentence(refusal)}")
                return
            got = dict(zip(answer.names, answer.outputs))
            for name, array in expected.items():
                if name not in got:
                    row.verdict = "FAILS"
                    row.note(f"signature {key}: no output '{name}' among {sorted(got)}")
                    continue
                finding = (judge.compare_float(got[name], [array]) if array.dtype.kind == "f"
                           else judge.compare_exact(got[name], array))
                self._record(finding, f"signature {key}, seed {seed}, output '{name}'", output=True)
