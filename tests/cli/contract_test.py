#!/usr/bin/env python3
"""docs/cli.md, --help and what the program prints say the same."""

from __future__ import annotations

import json
import re
import signal
import struct
import subprocess
import time
import unittest

import program
from program import LENET, PROGRAM, SOURCE, Case

COMMANDS = ("devices", "inspect", "run", "explain", "plan", "calibrate", "bench", "profiles", "zoo")
PAGE = (SOURCE / "docs" / "cli.md").read_text()
DIGIT = str(SOURCE / "models" / "drawn_digits" / "digits.npy")


def documented(section: str) -> set[str]:
    """Every field that the block behind **section** names."""
    block = PAGE.split(f"**{section}**\n```", 1)[1].split("```", 1)[0]
    return set(re.findall(r'"([a-z_0-9]+)"', re.sub(r"\]?\s{2,}[a-z ]+[:;].*", "", block)))


def fields(value: object, open_maps: tuple[str, ...]) -> set[str]:
    """Every key of a document, without those below keys whose maps are open (operator names and the like)."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, inner in value.items():
            found.add(key)
            if key not in open_maps:
                found |= fields(inner, open_maps)
    elif isinstance(value, list):
        for inner in value:
            found |= fields(inner, open_maps)
    return found


HEAD = {"trireme", "schema", "command", "machine", "cpu", "cores", "isa", "kernel"}
OPEN_MAPS = ("operators", "limits", "facts", "residuals", "macs_per_second", "depthwise_macs_per_second", "arena_bytes", "weights_bytes",
             "partitions_by_delegate", "options", "quantization", "machine")


class Help(Case):
    def test_every_command_has_help_with_two_examples(self) -> None:
        for command in COMMANDS:
            text = self.run_program(command, "--help").stdout
            self.assertEqual(text.count(f"\n  trireme {command}"), 2, text)

    def test_every_option_stands_in_the_page_and_the_other_way_round(self) -> None:
        in_help = set()
        for command in COMMANDS:
            in_help |= set(re.findall(r"(--[a-z][a-z-]+)", self.run_program(command, "--help").stdout))
        in_help |= set(re.findall(r"(--[a-z][a-z-]+)", self.run_program("--help").stdout))
        self.assertEqual(in_help, set(re.findall(r"`[^`]*?(--[a-z][a-z-]+)", PAGE)) |
                         set(re.findall(r"(--[a-z][a-z-]+)", PAGE)))

    def test_version(self) -> None:
        self.assertRegex(self.run_program("--version").stdout, r"^trireme \d+\.\d+\.\d+")


class Documents(Case):
    def check_head(self, document: dict, command: str) -> None:
        self.assertEqual(document["schema"], 1)
        self.assertEqual(document["command"], command)
        self.assertGreaterEqual(document["machine"]["cores"], 1)
        self.assertIsInstance(document["machine"]["isa"], list)

    def check_fields(self, document: dict, *sections: str) -> None:
        printed = fields({k: v for k, v in document.items() if k not in HEAD - {"cpu"}}, OPEN_MAPS)
        page = set().union(*(documented(section) for section in sections)) | HEAD
        self.assertEqual(printed - page, set(), "printed, but not in docs/cli.md")

    def test_devices(self) -> None:
        document = self.run_json("devices")
        self.check_head(document, "devices")
        self.check_fields(document, "devices")

    def test_inspect(self) -> None:
        document = self.run_json("inspect", LENET)
        self.check_head(document, "inspect")
        totals = document["totals"]
        self.assertEqual(totals["parameters"], 866890)
        self.assertEqual(totals["macs"], 2446848)
        self.assertEqual(document["not_implemented"], [])
        self.assertEqual(document["signatures"][0]["key"], "serving_default")
        nodes = document["subgraphs"][0]["nodes"]
        self.assertEqual([node["index"] for node in nodes], list(range(12)))
        self.assertEqual(nodes[0]["operator"], "CONV_2D")
        for section in ("subgraphs", "signatures", "totals"):
            self.assertIn(section, documented("inspect"))

    def test_run(self) -> None:
        document = self.run_json("run", LENET, "--random", "1", "--top", "2", "--verify", "--timing", "ops",
                                 "--output-dir", str(self.folder))
        self.check_head(document, "run")
        self.check_fields(document, "run", "PLAN")
        printed = fields(document, tuple(key for key in OPEN_MAPS if key != "options"))
        not_here = {"partitions", "chosen", "measured_us",  # nothing was tuned
                    "dumps", "delegate", "message", "rerun_on", "us", "bytes", "converted",  # no copy, no fault
                    "cpu", "reference"}  # values, not fields
        missing = documented("run") - printed - not_here
        self.assertEqual(missing, set(), "in docs/cli.md, but not printed")
        self.assertEqual(document["model"]["parameters"], 866890)
        self.assertRegex(document["model"]["sha256"], r"^[0-9a-f]{64}$")
        self.assertEqual(document["options"]["delegates"], ["cpu"])
        self.assertEqual(document["difference"]["against"], "reference")
        self.assertEqual(document["difference"]["mismatches"], 0)
        self.assertEqual(document["faults"], [])
        timings = document["timings"]
        explained = sum(p["run_us"] for p in timings["partitions"]) + sum(c["us"] for c in timings["copies"])
        self.assertAlmostEqual(explained - timings["overlap_us"] + timings["other_us"], timings["wall_us"], places=3)
        self.assertGreater(len(timings["calls"]), 5)
        self.assertEqual((self.folder / "00_StatefulPartitionedCall_0.npy").exists()
                         or len(list(self.folder.glob("00_*.npy"))), 1)

    def test_times_of_calls_stand_in_the_text(self) -> None:
        lines = self.run_program("run", LENET, "--random", "1", "--timing", "ops").stdout.splitlines()
        head = next(i for i, line in enumerate(lines) if "GFLOP/s" in line)
        calls = lines[head + 1:]
        self.assertGreater(len(calls), 5)
        self.assertIn("CONV_2D [", calls[0])
        self.assertAlmostEqual(sum(float(call.split()[1]) for call in calls), 100, delta=1)

    def test_calibrate(self) -> None:
        cache = str(self.folder / "costs")
        document = self.run_json("calibrate", LENET, "--cache", cache, "--delegate", "emulated:npu-int8", "--threads", "1")
        self.check_head(document, "calibrate")
        self.check_fields(document, "calibrate")
        self.assertEqual(documented("calibrate") - fields(document, ()), set())
        npu, cpu = document["delegates"]
        self.assertFalse(npu["measurable"])
        self.assertIsNone(npu["measured_us"])
        self.assertGreater(cpu["operators"], 5)
        self.assertGreater(cpu["measured_us"], 0)
        self.assertTrue((self.folder / "costs" / "costs.json").exists())
        # The same costs give the same plan, byte for byte; without them it is another price.
        explain = ("explain", LENET, "--threads", "1")
        known = self.run_json(*explain, "--cache", cache)["plan"]
        self.assertEqual(known, self.run_json(*explain, "--cache", cache)["plan"])
        estimated = self.run_json(*explain, "--cache", "off")["plan"]
        self.assertNotEqual(known["predicted_us"], estimated["predicted_us"])
        other_threads = self.run_json("explain", LENET, "--threads", "2", "--cache", cache)["plan"]
        self.assertEqual(other_threads, self.run_json("explain", LENET, "--threads", "2", "--cache", "off")["plan"])

    def test_tuning_tells_each_plan_that_it_tried(self) -> None:
        document = self.run_json("run", LENET, "--random", "1", "--tune", "--verify")
        self.check_fields(document, "run", "PLAN")
        plans = document["tuning"]
        self.assertGreaterEqual(len(plans), 1)
        self.assertEqual([plan["chosen"] for plan in plans].count(True), 1)
        for plan in plans:
            self.assertEqual(set(plan), {"partitions", "predicted_us", "measured_us", "error_percent", "chosen"})
            self.assertGreater(plan["measured_us"], 0)
        self.assertEqual(document["difference"]["mismatches"], 0)
        self.assertIn("tuning: plan 1 of ", self.run_program("explain", LENET, "--tune").stdout)
        self.assertIsNone(self.run_json("explain", LENET)["tuning"])

    def test_calibrate_keeps_to_its_words(self) -> None:
        self.assertIn("leaves nothing to do", self.fails("calibrate", "--cache", "off", code=2))
        self.assertIn("no_such.tflite", self.fails("calibrate", "no_such.tflite"))
        self.assertIn("there is no delegate 'tpu'", self.fails("calibrate", LENET, "--delegate", "tpu", code=2))
        before = self.write("mine.tflite", (SOURCE / "models" / "lenet_int8.tflite").read_bytes())
        self.run_program("calibrate", "--quiet", "--json", before)
        self.assertEqual((self.folder / "mine.tflite").read_bytes()[4:8], b"TFL3", "a model is no place for JSON")
        in_the_way = self.write("in_the_way", b"")
        self.assertIn("in_the_way", self.fails("calibrate", LENET, "--cache", in_the_way))

    def test_costs_that_cannot_be_used_are_said_in_one_line(self) -> None:
        cache = self.folder / "costs"
        cache.mkdir()
        (cache / "costs.json").write_text("{")
        told = self.run_program("explain", LENET, "--cache", str(cache)).stderr
        self.assertEqual(told.count("\n"), 1, told)
        self.assertIn("are damaged", told)
        rebuilt = self.run_program("calibrate", LENET, "--cache", str(cache)).stderr
        self.assertIn("it is made anew", rebuilt)
        self.assertEqual(self.run_program("explain", LENET, "--cache", str(cache)).stderr, "")
        costs = json.loads((cache / "costs.json").read_text())
        for section in costs["sections"]:
            section["machine"] = "a machine of long ago"
        (cache / "costs.json").write_text(json.dumps(costs))
        told = self.run_program("explain", LENET, "--cache", str(cache)).stderr
        self.assertEqual(told.count("\n"), 1, told)
        self.assertIn("another machine (a machine of long ago)", told)

    def test_profiles(self) -> None:
        document = self.run_json("profiles")
        self.check_head(document, "profiles")
        self.check_fields(document, "profiles")
        printed = fields(document, OPEN_MAPS)
        self.assertEqual(documented("profiles") - printed - {"nnapi", "npu", "gpu", "phone"}, set())
        names = [profile["name"] for profile in document["profiles"]]
        self.assertIn("npu-int8", names)
        self.assertEqual(sorted(names), names)
        alone = self.run_json("profiles", "nnapi-1.1")["profiles"]
        self.assertEqual(len(alone), 1)
        self.assertEqual(alone[0]["level"], "NNAPI 1.1")
        self.assertIn("SUB", alone[0]["operators"])
        self.assertNotIn("SUB", self.run_json("profiles", "nnapi-1.0")["profiles"][0]["operators"])
        self.assertIn("CONV_2D", self.run_program("profiles", "npu-int8").stdout)

    def test_emulated_devices_label_their_times(self) -> None:
        int8 = str(SOURCE / "models" / "lenet_int8.tflite")
        document = self.run_json("run", int8, "--random", "1", "--delegate", "emulated:npu-int8", "--strategy",
                                 "greedy", "--verify")
        self.check_fields(document, "run", "PLAN")
        self.assertEqual(document["difference"]["mismatches"], 0)
        self.assertEqual(document["options"]["delegates"], ["emulated:npu-int8"])
        timings = document["timings"]
        labels = {part["label"] for part in document["plan"]["partitions"]}
        self.assertEqual(labels, {"measured", "modelled"})
        self.assertEqual({copy["label"] for copy in timings["copies"]}, {"modelled"})
        self.assertIsNone(timings["other_us"])
        for part, planned in zip(timings["partitions"], document["plan"]["partitions"], strict=True):
            self.assertEqual(part["label"], planned["label"])
            if part["label"] == "modelled":
                self.assertAlmostEqual(part["run_us"], planned["predicted_us"], delta=0.01)
        text = self.run_program("run", int8, "--random", "1", "--delegate", "emulated:npu-int8,mode=paced", "--strategy",
                                "greedy").stdout
        self.assertIn("ms paced", text)

    def test_half_precision_has_a_class_of_its_own(self) -> None:
        words = ("run", LENET, "--delegate", "emulated:mobile-gpu", "--strategy", "greedy", "--verify")
        difference = self.run_json(*words, "--random", "1")["difference"]
        self.assertGreater(difference["max_rel"], 0)
        self.assertEqual(difference["mismatches"], 0)
        huge = self.npy("huge.npy", "<f4", (1, 28, 28, 1), struct.pack("<784f", *[1e6] * 784))  # beyond float16
        self.assertGreater(self.run_json(*words, "--input", f"0={huge}", code=4)["difference"]["mismatches"], 0)

    def test_a_fault_stands_in_the_document(self) -> None:
        profile = self.write("frail.json", b'{"base": "npu-int8", "faults": {"fail_submit": 2}}')
        words = ("run", str(SOURCE / "models" / "lenet_int8.tflite"), "--random", "1", "--strategy", "greedy")
        done = self.run_program(*words, "--delegate", f"emulated:{profile}", "--delegate", "emulated:nnapi-1.0",
                                "--verify", "--json")
        document = json.loads(done.stdout)
        self.check_fields(document, "run", "PLAN")
        self.assertEqual(document["difference"]["mismatches"], 0)
        (fault,) = document["faults"]
        self.assertEqual(fault["delegate"], f"emulated:{profile}")
        self.assertIn("submission 2", fault["message"])
        self.assertEqual(fault["rerun_on"], ["emulated:nnapi-1.0", "cpu"])
        self.assertEqual({part["delegate"] for part in document["plan"]["partitions"]}, {"emulated:nnapi-1.0", "cpu"})
        self.assertIn("submission 2", done.stderr)
        self.assertIn("submission 2", self.fails(*words, "--delegate", f"emulated:{profile}", "--strict", code=3))

    def test_explain(self) -> None:
        document = self.run_json("explain", LENET, "--strategy", "per-op")
        self.check_head(document, "explain")
        self.check_fields(document, "explain", "PLAN")
        self.assertEqual([node["index"] for node in document["nodes"]], list(range(12)))
        self.assertTrue(all(node["why"] for node in document["nodes"]))
        everything = self.run_json("explain", "zoo:lenet:int8", "--delegate", "emulated:npu-int8", "--strategy", "greedy",
                                   "--kernels")
        self.check_fields(everything, "explain", "PLAN")
        printed = fields(everything, OPEN_MAPS)
        self.assertEqual((documented("explain") | documented("PLAN")) - printed, set(), "in docs/cli.md, but not printed")
        placed = sorted(n for partition in document["plan"]["partitions"] for n in partition["nodes"])
        folded = [node["index"] for node in document["nodes"] if node["partition"] is None]
        self.assertEqual(sorted(placed + folded), list(range(12)))

    def test_plan_compares_every_strategy_over_the_same_costs(self) -> None:
        document = self.run_json("plan", "zoo:lenet:int8", "--compare", "--delegate", "emulated:npu-int8")
        self.check_head(document, "plan")
        self.check_fields(document, "plan", "PLAN")
        rows = {row["name"]: row for row in document["strategies"]}
        self.assertEqual(list(rows), ["optimal", "greedy", "nnapi", "per-op", "single:emulated:npu-int8", "single:cpu"])
        self.assertEqual(min(row["predicted_us"] for row in rows.values()), rows["optimal"]["predicted_us"])
        self.assertEqual(document["best_predicted"], "optimal")
        for name, row in rows.items():
            self.assertIsNone(row["refused"])
            self.assertEqual(row["plan"]["strategy"], name)
            self.assertEqual(row["partitions"], len(row["plan"]["partitions"]))
            self.assertEqual(sum(row["partitions_by_delegate"].values()), row["partitions"])
            self.assertEqual(row["bytes_copied"], sum(copy["bytes"] for copy in row["plan"]["copies"]))
            self.assertAlmostEqual(row["predicted_ratio"], row["predicted_us"] / rows["optimal"]["predicted_us"])
            for field in ("measured_us", "label", "measured_ratio", "ci95", "error_percent", "difference"):
                self.assertIsNone(row[field])
        self.assertEqual(rows["single:cpu"]["partitions_by_delegate"], {"cpu": 1})
        again = self.run_json("plan", "zoo:lenet:int8", "--compare", "--delegate", "emulated:npu-int8")
        self.assertEqual(again, document)

    def test_plan_measures_in_paired_rounds(self) -> None:
        document = self.run_json("plan", "zoo:lenet:int8", "--compare", "--measure", "--rounds", "6", "--delegate",
                                 "emulated:npu-int8,mode=paced", "--threads", "1")
        self.check_fields(document, "plan", "PLAN")
        missing = documented("plan") - fields(document, tuple(key for key in OPEN_MAPS if key != "options"))
        self.assertEqual(missing, set(), "in docs/cli.md, but not printed")
        self.assertEqual(document["rounds"], 6)
        rows = {row["name"]: row for row in document["strategies"]}
        best = rows[document["best_measured"]]
        self.assertEqual(best["measured_us"], min(row["measured_us"] for row in rows.values()))
        self.assertEqual((best["measured_ratio"], best["ci95"]), (1, [1, 1]))
        for row in rows.values():
            ratios = sorted(a / b for a, b in zip(row["rounds_us"], best["rounds_us"], strict=True))
            self.assertAlmostEqual(row["measured_ratio"], (ratios[2] + ratios[3]) / 2)
            self.assertAlmostEqual(row["ci95"][0], ratios[0])
            self.assertAlmostEqual(row["ci95"][1], ratios[5])
            times = sorted(row["rounds_us"])
            self.assertAlmostEqual(row["measured_us"], (times[2] + times[3]) / 2)
            self.assertAlmostEqual(row["error_percent"], 100 * (row["predicted_us"] / row["measured_us"] - 1))
            self.assertEqual(row["difference"]["mismatches"], 0)
            used = {part["label"] for part in row["plan"]["partitions"]}
            self.assertEqual(row["label"], "paced" if "paced" in used else "measured")

    def test_plan_labels_modelled_times(self) -> None:
        document = self.run_json("plan", "zoo:lenet:int8", "--compare", "--measure", "--rounds", "2", "--delegate",
                                 "emulated:npu-int8")
        rows = {row["name"]: row for row in document["strategies"]}
        npu = rows["single:emulated:npu-int8"]
        self.assertEqual((npu["label"], rows["single:cpu"]["label"]), ("modelled", "measured"))
        self.assertIsNone(npu["ci95"])  # two rounds have no such interval
        text = self.run_program("plan", "zoo:lenet:int8", "--compare", "--measure", "--rounds", "2", "--delegate",
                                "emulated:npu-int8").stdout
        self.assertIn("modelled", text)
        self.assertTrue(all(len(line) <= 100 for line in text.splitlines()), text)

    def test_plan_tells_outputs_that_are_out_of_bounds(self) -> None:
        huge = self.npy("huge.npy", "<f4", (1, 28, 28, 1), struct.pack("<784f", *[1e6] * 784))  # beyond float16
        done = self.run_program("plan", "zoo:lenet", "--compare", "--measure", "--rounds", "1", "--delegate",
                                "emulated:mobile-gpu", "--input", f"0={huge}", "--json", code=4)
        rows = {row["name"]: row for row in json.loads(done.stdout)["strategies"]}
        self.assertGreater(rows["single:emulated:mobile-gpu"]["difference"]["mismatches"], 0)
        self.assertIsNone(rows["single:emulated:mobile-gpu"]["measured_us"])
        self.assertGreater(rows["single:cpu"]["measured_us"], 0)
        self.assertIn("single:emulated:mobile-gpu", done.stderr)

    def test_bench_times_every_combination(self) -> None:
        document = self.run_json("bench", "zoo:lenet:int8", LENET, "--delegate", "emulated:npu-int8,mode=paced",
                                 "--strategy", "optimal", "--strategy", "per-op", "--threads", "1,2", "--min-runs", "6",
                                 "--seconds", "0.01", "--timing", "ops")
        self.check_head(document, "bench")
        self.check_fields(document, "bench", "PLAN")
        missing = documented("bench") - fields(document, tuple(key for key in OPEN_MAPS if key != "options"))
        self.assertEqual(missing - {"float32"}, set(), "in docs/cli.md, but not printed")
        self.assertEqual([model["path"] for model in document["models"]], ["zoo:lenet:int8", LENET])
        rows = document["results"]
        self.assertEqual([(row["model"], row["delegates"], row["strategy"], row["threads"]) for row in rows],
                         [(model, [delegate], strategy, threads) for model in ("zoo:lenet:int8", LENET)
                          for delegate in ("cpu", "emulated:npu-int8") for strategy in ("optimal", "per-op")
                          for threads in (1, 2)])
        for row in rows:
            self.check_times(row)
            self.assertEqual(row["specs"], ["cpu"] if row["delegates"] == ["cpu"] else ["emulated:npu-int8,mode=paced"])
            self.assertEqual(row["load_us"] is None, row["model"].startswith("zoo:"))
            self.assertEqual(row["type"], "int8" if row["model"].startswith("zoo:") else "float32")
            used = {part["label"] for part in row["plan"]["partitions"]}
            self.assertEqual(row["label"], "paced" if "paced" in used else "measured")
            self.assertEqual(row["cpu_us_per_run"] is None, row["label"] == "paced")
            self.assertIsNone(row["peak_rss_bytes"])
            self.assertEqual(sum(len(call["nodes"]) for call in row["calls"]), row["nodes"])

    def check_times(self, row: dict) -> None:
        self.assertTrue(row["valid"])
        self.assertIsNone(row["refused"])
        self.assertEqual(row["difference"]["mismatches"], 0)
        self.assertGreaterEqual(row["runs"], 6)
        self.assertGreater(row["warm_up_runs"], 3)
        ordered = [row[name] for name in ("min_us", "median_us", "p90_us", "p95_us", "p99_us", "max_us")]
        self.assertEqual(ordered, sorted(ordered))
        self.assertLessEqual(row["ci95_us"][0], row["median_us"])
        self.assertLessEqual(row["median_us"], row["ci95_us"][1])
        self.assertAlmostEqual(row["error_percent"], 100 * (row["predicted_us"] / row["median_us"] - 1))
        self.assertEqual(row["predicted_us"], row["plan"]["predicted_us"])
        self.assertEqual(len(row["partition_us"]), len(row["plan"]["partitions"]))
        self.assertEqual(len(row["copy_us"]), len(row["plan"]["copies"]))
        for field in ("first_us", "prepare_us", "compile_us"):
            self.assertGreater(row[field], 0)

    def test_bench_knows_the_peak_of_memory_where_it_did_nothing_else(self) -> None:
        document = self.run_json("bench", LENET, "--no-verify", "--min-runs", "1", "--seconds", "0")
        row = document["results"][0]
        self.assertGreater(row["peak_rss_bytes"], 1 << 20)
        self.assertIsNone(row["difference"])
        self.assertIsNone(row["ci95_us"])
        self.assertFalse(document["options"]["verify"])
        self.assertNotIn("calls", row)

    def test_bench_labels_modelled_times(self) -> None:
        words = ("bench", "zoo:lenet:int8", "--delegate", "emulated:npu-int8", "--strategy", "single:emulated:npu-int8",
                 "--min-runs", "2", "--seconds", "0")
        done = self.run_program(*words, "--json")
        cpu, npu = json.loads(done.stdout)["results"]
        self.assertEqual(npu["label"], "modelled")
        parts = sum(npu["partition_us"]) + sum(npu["copy_us"])
        self.assertEqual(npu["runs"], 2)  # of two, medians are means: the parts' add up to the whole
        self.assertAlmostEqual(parts, npu["median_us"])
        self.assertIn("there is no delegate 'emulated:npu-int8'", cpu["refused"])
        self.assertIsNone(cpu["plan"])
        self.assertFalse(cpu["valid"])
        text = self.run_program(*words).stdout
        self.assertIn("sum of the plan's parts", text)
        self.assertIn("not timed", text)
        self.assertTrue(all(len(line) <= 100 for line in text.splitlines()), text)

    def test_bench_tells_outputs_that_are_out_of_bounds(self) -> None:
        huge = self.npy("huge.npy", "<f4", (1, 28, 28, 1), struct.pack("<784f", *[1e6] * 784))  # beyond float16
        done = self.run_program("bench", "zoo:lenet", "--delegate", "emulated:mobile-gpu", "--strategy",
                                "single:emulated:mobile-gpu", "--strategy", "optimal", "--min-runs", "2", "--seconds",
                                "0", "--input", f"0={huge}", "--json", code=4)
        rows = {(row["delegates"][0], row["strategy"]): row for row in json.loads(done.stdout)["results"]}
        wrong = rows["emulated:mobile-gpu", "single:emulated:mobile-gpu"]
        self.assertGreater(wrong["difference"]["mismatches"], 0)
        self.assertIsNone(wrong["median_us"])
        self.assertFalse(wrong["valid"])
        self.assertGreater(rows["cpu", "optimal"]["median_us"], 0)
        self.assertIn("out of bounds", done.stderr)

    def test_zoo_lists(self) -> None:
        document = self.run_json("zoo")
        self.check_head(document, "zoo")
        self.check_fields(document, "zoo")
        networks = {network["name"]: network for network in document["networks"]}
        self.assertEqual(networks["mobilenet_v2"]["parameters"], 3487816)
        self.assertEqual(networks["mobilenet_v2"]["input"], [1, 224, 224, 3])
        self.assertIsNone(document["written"])

    def test_zoo_writes_what_inspect_reads(self) -> None:
        path = str(self.folder / "lenet.tflite")
        document = self.run_json("zoo", "lenet", "--type", "int8", "-o", path, "--seed", "7")
        self.check_head(document, "zoo")
        self.check_fields(document, "zoo")
        network, written = document["networks"][0], document["written"]
        self.assertEqual(documented("zoo") - set(network) - set(written) - {"networks", "written"}, set())
        self.assertEqual((written["path"], written["type"], written["seed"]), (path, "int8", 7))
        facts = self.run_json("inspect", path)
        self.assertEqual(facts["totals"]["macs"], network["macs"])
        self.assertEqual(facts["totals"]["parameters"], network["parameters"])
        self.assertEqual({t["type"] for t in facts["subgraphs"][0]["tensors"]}, {"int8", "int32"})
        self.assertEqual(self.run_json("run", path, "--random", "1", "--verify")["difference"]["mismatches"], 0)

    def test_zoo_json_before_the_name_takes_no_file(self) -> None:
        path = str(self.folder / "lenet.tflite")
        self.assertEqual(self.run_json("zoo", "lenet", "-o", path)["written"],
                         json.loads(self.run_program("zoo", "-o", path, "--json", "lenet").stdout)["written"])

    def test_generated_networks_stand_for_models(self) -> None:
        document = self.run_json("run", "zoo:lenet:float16", "--random", "1", "--top", "1")
        self.assertEqual(document["model"]["path"], "zoo:lenet:float16")
        self.assertEqual(self.run_json("inspect", "zoo:lenet")["totals"]["parameters"], 866890)
        self.assertEqual(len(self.run_json("explain", "zoo:lenet:int8")["nodes"]), 12)

    def test_float16_weights_are_folded_and_said_so(self) -> None:
        document = self.run_json("explain", str(SOURCE / "models" / "lenet_float16.tflite"))
        folded = [node for node in document["nodes"] if node["partition"] is None]
        self.assertEqual({node["operator"] for node in folded}, {"DEQUANTIZE"})
        self.assertEqual(len(folded), 10)

    def test_json_goes_to_a_file_and_text_stays(self) -> None:
        path = self.folder / "facts.json"
        done = self.run_program("inspect", LENET, "--json", str(path))
        self.assertEqual(json.loads(path.read_text())["command"], "inspect")
        self.assertIn("CONV_2D", done.stdout)

    def test_json_before_the_model_takes_no_file(self) -> None:
        done = self.run_program("inspect", "--json", LENET)
        self.assertEqual(json.loads(done.stdout)["command"], "inspect")

    def with_words(self) -> dict[str, str]:
        """Every repeatable option of a run and a benchmark, with one word."""
        picture = b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 24, *6 * [0]) + bytes(4)
        return {"--delegate": "cpu", "--pin": "0=cpu", "--forbid": "CONV_2D=emulated:npu-int8", "--strategy": "greedy",
                "--input": f"0={self.npy('zeros.npy', '<f4', (1, 28, 28, 1), bytes(4 * 784))}",
                "--image": f"0={self.write('black.bmp', picture)}"}

    def test_an_option_before_the_model_of_a_run_takes_one_word(self) -> None:
        nodes = self.run_json("inspect", LENET)["subgraphs"][0]
        inner = next(t["name"] for t in nodes["tensors"] if t["index"] == nodes["nodes"][2]["outputs"][0])
        always = ("--delegate=emulated:npu-int8", "--random=1", f"--output-dir={self.folder}", "--json")
        for option, word in {**self.with_words(), "--dump": inner}.items():
            with self.subTest(option):
                document = json.loads(self.run_program("run", *always, option, word, LENET).stdout)
                self.assertEqual(document["model"]["path"], LENET)

    def test_an_option_before_the_models_of_a_benchmark_takes_one_word(self) -> None:
        always = ("--delegate=emulated:npu-int8", "--no-verify", "--min-runs=1", "--seconds=0", "--json")
        for option, word in {**self.with_words(), "--threads": "1"}.items():
            with self.subTest(option):
                document = json.loads(self.run_program("bench", *always, option, word, LENET, "zoo:lenet").stdout)
                self.assertEqual([model["path"] for model in document["models"]], [LENET, "zoo:lenet"])

    def test_quiet_says_nothing(self) -> None:
        self.assertEqual(self.run_program("run", LENET, "--random", "1", "--quiet").stdout, "")


class Runs(Case):
    def digit(self) -> str:
        """The first drawn digit, a zero, as float32 in [0, 1]."""
        import array
        import pathlib
        pixels = program.npy_data(pathlib.Path(DIGIT))[:784]
        return self.npy("digit.npy", "<f4", (1, 28, 28, 1), array.array("f", [p / 255 for p in pixels]).tobytes())

    def test_reads_a_digit_by_name_and_by_position(self) -> None:
        digit = self.digit()
        for key in ("0", self.run_json("inspect", LENET)["subgraphs"][0]["tensors"][0]["name"]):
            document = self.run_json("run", LENET, "--input", f"{key}={digit}", "--top", "1")
            self.assertEqual(document["classes"][0]["class"], 0)

    def test_reads_a_digit_by_the_signatures_names(self) -> None:
        document = self.run_json("run", LENET, "--signature", "serving_default", "--input", f"digit={self.digit()}",
                                 "--top", "1")
        self.assertEqual(document["classes"][0]["class"], 0)
        self.assertEqual(document["outputs"][0]["name"], "scores")

    def test_files_with_an_equals_sign(self) -> None:
        digit = self.digit()
        odd = self.folder / "a=b.npy"
        odd.write_bytes((self.folder / "digit.npy").read_bytes())
        self.assertTrue(digit)
        self.run_program("run", LENET, "--input", f"0=@{odd}")

    def test_labels_name_the_classes(self) -> None:
        labels = self.write("labels.txt", "\n".join(f"digit {i}" for i in range(10)).encode())
        document = self.run_json("run", LENET, "--input", f"0={self.digit()}", "--top", "1", "--labels", labels)
        self.assertEqual(document["classes"][0]["label"], "digit 0")

    def test_threads_and_isa_do_not_change_what_is_right(self) -> None:
        for words in (("--threads", "1"), ("--threads", "3"), ("--delegate", "cpu,isa=scalar")):
            document = self.run_json("run", LENET, "--random", "3", "--verify", *words)
            self.assertEqual(document["difference"]["mismatches"], 0)

    def test_dumps_inner_tensors(self) -> None:
        tensors = self.run_json("inspect", LENET)["subgraphs"][0]
        inner = [t["name"] for t in tensors["tensors"] if t["index"] == tensors["nodes"][2]["outputs"][0]][0]
        document = self.run_json("run", LENET, "--random", "1", "--dump", inner, "--output-dir", str(self.folder))
        self.assertEqual(document["dumps"][0]["shape"], [1, 14, 14, 16])
        self.assertEqual(len(program.npy_data(__import__("pathlib").Path(document["dumps"][0]["file"]))), 14 * 14 * 64)

    def test_trace_is_chromes(self) -> None:
        path = self.folder / "trace.json"
        self.run_program("run", LENET, "--random", "1", "--trace", str(path))
        events = json.loads(path.read_text())["traceEvents"]
        self.assertTrue(any(event["ph"] == "X" and event["cat"] == "node" for event in events))

    def test_pictures_of_plans(self) -> None:
        path = self.folder / "plan.dot"
        self.run_program("explain", LENET, "--dot", str(path))
        self.assertTrue(path.read_text().startswith("digraph"))

    def test_plan_keeps_what_was_measured_when_interrupted(self) -> None:
        path = self.folder / "plan.json"
        running = subprocess.Popen([PROGRAM, "plan", LENET, "--compare", "--measure", "--rounds", "100000", "--json",
                                    str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(timeout=30), 130)
        document = json.loads(path.read_text())
        for row in document["strategies"]:
            self.assertEqual(len(row["rounds_us"]), document["rounds"])

    def interrupt_bench(self, *words: str, after: str | float) -> dict:
        """Starts, interrupts once its text says so or after so many seconds, and gives the document."""
        path = self.folder / "bench.json"
        running = subprocess.Popen([PROGRAM, "bench", *words, "--json", str(path)], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        if isinstance(after, str):
            for line in running.stdout:
                if after in line:
                    break
        else:
            time.sleep(after)
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        running.stdout.read()
        self.assertEqual(running.wait(timeout=30), 130)
        self.assertLess(time.monotonic() - began, 10)
        running.stdout.close()
        return json.loads(path.read_text())

    def test_bench_keeps_whole_blocks_when_interrupted(self) -> None:
        for seconds in (1, 4, 16, 64):  # for as long as this machine needs to begin
            document = self.interrupt_bench(LENET, "--min-runs", "10000000", "--seconds", "0.01", "--strategy",
                                            "optimal", "--strategy", "per-op", after=seconds)
            self.assertEqual(document["command"], "bench")
            if document["results"] and document["results"][0]["runs"] > 0:
                break
        first, second = document["results"]
        self.assertGreater(first["runs"], 0)
        self.assertEqual(first["runs"], second["runs"])  # a run a turn
        self.assertGreater(second["median_us"], 0)
        self.assertFalse(first["valid"] or second["valid"])

    def test_bench_keeps_the_models_before_when_interrupted_where_nothing_can_be_cancelled(self) -> None:
        document = self.interrupt_bench(LENET, "zoo:inception_v3:int8", "--min-runs", "2", "--seconds", "0",
                                        after="of warm-up")
        self.assertEqual(document["results"][0]["model"], LENET)
        self.assertTrue(document["results"][0]["valid"])

    def test_interrupt_ends_within_a_second_with_130(self) -> None:
        running = subprocess.Popen([PROGRAM, "run", LENET, "--random", "1", "--repeat", "1000000"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.7)
        began = time.monotonic()
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(timeout=30), 130)
        self.assertLess(time.monotonic() - began, 10)


if __name__ == "__main__":
    unittest.main()
