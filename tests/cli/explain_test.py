#!/usr/bin/env python3
"""What `trireme explain` writes for people: 100 columns, every node, every refusal, nothing twice that can be said once."""

from __future__ import annotations

import json
import os
import pathlib
import re
import unittest

from program import SOURCE, Case

PLANS = (
    ("zoo:lenet:int8", "emulated:npu-int8"),
    ("zoo:mobilenet_v3_large:int8", "emulated:npu-int8"),
    ("zoo:mobilenet_v3_large:int8", "emulated:nnapi-1.1", "emulated:npu-int8"),
    ("zoo:mobilenet_v3_large", "emulated:nnapi-1.1", "emulated:mobile-gpu"),
    ("zoo:deeplab_v3", "emulated:nnapi-1.0", "emulated:pixel3-nnapi"),
    (str(SOURCE / "models" / "lenet_float16.tflite"), "emulated:nnapi-1.2"),
    ("zoo:squeezenet_1_1",),
)
REAL = ("coral/movenet_single_pose_lightning_ptq.tflite", "glesapp/style_transfer_f16_384.tflite")

KERNELS = ("--kernels",)
KNOWN: dict[tuple[str, ...], tuple[str, dict]] = {}  # generating a network takes a while


def squeezed(text: str) -> str:
    """Without the breaks of lines and columns: what a sentence says, however it was wrapped."""
    return re.sub(r"\s+", "", text)


class Texts(Case):
    def reports(self, model: str, *delegates: str, more: tuple[str, ...] = ()) -> tuple[str, dict]:
        key = (model, *delegates, *more)
        if key not in KNOWN:
            words = [model, "--threads", "1", *more]
            for delegate in delegates:
                words += ["--delegate", delegate]
            path = self.folder / "explain.json"
            text = self.run_program("explain", *words, "--json", str(path)).stdout
            KNOWN[key] = (text, json.loads(path.read_text()))
        return KNOWN[key]

    def every_plan(self) -> list[tuple[str, ...]]:
        models = os.environ.get("TRIREME_TEST_MODELS")
        real = [(str(pathlib.Path(models) / name), "emulated:nnapi-1.1", "emulated:npu-int8")
                for name in REAL if (pathlib.Path(models) / name).exists()] if models else []
        return list(PLANS) + real

    def test_no_line_is_wider_than_100_columns(self) -> None:
        for plan in self.every_plan():
            text, _ = self.reports(*plan, more=KERNELS)
            for line in text.splitlines():
                self.assertLessEqual(len(line.encode()), 100, f"{plan}: {line}")

    def nodes_in(self, text: str) -> list[int]:
        """The nodes of the last table, ranges of folded ones included."""
        table = re.split(r"^ *node  operator .*\n", text, flags=re.M)[1].split("\n\n")[0]
        nodes: list[int] = []
        for first, last in re.findall(r"^ *(\d+)(?:-(\d+))?  [A-Z]", table, flags=re.M):
            nodes += range(int(first), int(last or first) + 1)
        return nodes

    def test_every_node_of_the_file_has_a_line(self) -> None:
        for plan in self.every_plan():
            text, document = self.reports(*plan, more=KERNELS)
            self.assertEqual(self.nodes_in(text), [node["index"] for node in document["nodes"]], plan)

    def test_every_refusal_is_said(self) -> None:
        for plan in self.every_plan():
            text, document = self.reports(*plan, more=KERNELS)
            flat = squeezed(text)
            for node in document["nodes"]:
                for candidate in node["candidates"]:
                    for reason in candidate["reasons"]:
                        self.assertTrue(self.is_said(reason, flat), f"{plan}, node {node['index']}: {reason}")

    def is_said(self, reason: dict, flat: str) -> bool:
        """As it is, or with stars for names and numbers."""
        whole = squeezed(f"{reason['code']}: {reason['text']}")
        if whole in flat:
            return True
        # Each quoted name or number may be itself or a star.
        slot = r"('[^']*'|(?<![\w.])-?\d[\d.e+-]*(?!\w))"
        pieces = re.split(slot, f"{reason['code']}: {reason['text']}")
        pattern = "".join(re.escape(squeezed(piece)) if i % 2 == 0 else rf"(?:\*|{re.escape(squeezed(piece))})"
                          for i, piece in enumerate(pieces))
        return re.search(pattern, flat) is not None

    def test_a_refusal_is_written_once_however_many_nodes_have_it(self) -> None:
        text, document = self.reports("zoo:mobilenet_v3_large:int8", "emulated:npu-int8", more=KERNELS)
        self.assertEqual(squeezed(text).count(squeezed("HARD_SWISH is not among the operators of npu-int8")), 1)
        number = re.search(r"^ *\[(\d+)\] +21 .*UnknownOp: HARD_SWISH", text, flags=re.M)[1]
        refused = [node["index"] for node in document["nodes"] if node["operator"] == "HARD_SWISH"]
        lines = re.findall(rf"^ *(\d+)  HARD_SWISH .*\[{number}\]$", text, flags=re.M)
        self.assertEqual([int(line) for line in lines], refused)

    def test_the_summary_adds_up(self) -> None:
        text, document = self.reports("zoo:mobilenet_v3_large:int8", "emulated:npu-int8", more=KERNELS)
        counts = {name: sum(node["delegate"] == name for node in document["nodes"])
                  for name in ("emulated:npu-int8", "cpu")}
        for name, count in counts.items():
            self.assertRegex(text, rf"(?m)^{name} +{count} ")
        self.assertRegex(text, rf"(?m)^copies +{len(document['plan']['copies'])} ")
        self.assertLess(text.index("\ndelegate "), text.index("\nnot on "))
        self.assertLess(text.index("\nnot on "), text.index("\n part "))
        self.assertLess(text.index("\n part "), text.index("\n copy "))
        self.assertLess(text.index("\n copy "), text.index("node  operator"))


class Facts(Case):
    def test_every_copy_says_why(self) -> None:
        for strategy in ("optimal", "per-op"):
            document = self.run_json("explain", "zoo:mobilenet_v3_large:int8", "--delegate", "emulated:npu-int8",
                                     "--threads", "1", "--strategy", strategy)
            self.assertGreater(len(document["plan"]["copies"]), 2)
            for copy in document["plan"]["copies"]:
                self.assertRegex(copy["why"], "^(made by node|an input of the model)")
                self.assertRegex(copy["why"], "read by node|an output of the model")

    def test_prices_say_where_they_come_from(self) -> None:
        document = self.run_json("explain", "zoo:mobilenet_v2", "--delegate", "emulated:pixel3-nnapi")
        sources = {(c["delegate"], c["predicted_source"]) for node in document["nodes"] for c in node["candidates"]}
        self.assertIn(("emulated:pixel3-nnapi", "published"), sources)
        self.assertLessEqual({source for _, source in sources}, {"estimated", "measured", "published", None})
        for node in document["nodes"]:
            for candidate in node["candidates"]:
                self.assertEqual(candidate["predicted_source"] is None, not candidate["supported"])

    def test_nodes_name_the_passes_that_changed_them(self) -> None:
        document = self.run_json("explain", str(SOURCE / "models" / "lenet_float16.tflite"))
        by_operator: dict[str, list] = {}
        for node in document["nodes"]:
            by_operator.setdefault(node["operator"], []).append(node["passes"])
        self.assertEqual(set(map(tuple, by_operator["DEQUANTIZE"])), {("float16-dequantize",)})
        self.assertEqual(set(map(tuple, by_operator["CONV_2D"])), {("float16-dequantize",)})
        self.assertEqual(set(map(tuple, by_operator["SOFTMAX"])), {()})

    def test_kernels_are_named_when_asked(self) -> None:
        words = ("explain", "zoo:lenet", "--delegate", "cpu,isa=scalar")
        self.assertNotIn("kernels", self.run_json(*words))
        kernels = self.run_json(*words, "--kernels")["kernels"]
        self.assertEqual(sorted(n for call in kernels for n in call["nodes"]), list(range(12)))
        self.assertIn("reference", {call["family"] for call in kernels})
        self.assertIn("gemm_f32_scalar", {call["kernel"] for call in kernels})
        self.assertIn(("gemm_f32", "scalar"), {(call["family"], call["isa"]) for call in kernels})
        self.assertIn("gemm_f32_scalar", self.run_program(*words, "--kernels").stdout)

    def test_the_picture_frames_partitions_and_labels_copies(self) -> None:
        path = self.folder / "plan.dot"
        document = self.run_json("explain", "zoo:mobilenet_v3_large:int8", "--delegate", "emulated:npu-int8", "--dot",
                                 str(path), "--threads", "1")
        text = path.read_text()
        plan = document["plan"]
        for partition in plan["partitions"]:
            self.assertIn(f"partition {partition['id']}: {partition['delegate']}, ", text)
        self.assertIn("subgraph cluster_legend", text)
        self.assertEqual(len(re.findall(r'label="copy [^"]*", penwidth=3', text)), len(plan["copies"]))
        styles = set(re.findall(r'legend\d+ \[.*fillcolor="(#\w+)", style="filled,(\w+)"', text))
        self.assertEqual(len({colour for colour, _ in styles}), 2)
        self.assertEqual(len({line for _, line in styles}), 2)
        for node in document["nodes"]:
            self.assertIn(f'"{node["index"]} {node["operator"]}"', text)


if __name__ == "__main__":
    unittest.main()
