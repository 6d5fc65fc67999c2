#!/usr/bin/env python3
"""Times of a run: the trace is what Chrome's viewer and Perfetto read, and the JSON accounts for every microsecond."""

from __future__ import annotations

import json
import unittest

from program import LENET, SOURCE, Case

INT8 = str(SOURCE / "models" / "lenet_int8.tflite")
NUMBER = (int, float)
# Chrome's trace event format: the fields of each phase that we write, required and optional, with their types.
COMMON = {"name": str, "ph": str, "pid": int, "tid": int}
PHASES = {
    "M": ({**COMMON, "args": dict}, {}),
    "X": ({**COMMON, "cat": str, "ts": NUMBER, "dur": NUMBER, "args": dict}, {}),
    "b": ({**COMMON, "cat": str, "ts": NUMBER, "id": int}, {"args": dict}),
    "e": ({**COMMON, "cat": str, "ts": NUMBER, "id": int}, {"args": dict}),
}
KINDS = {"load", "pass", "query", "assign", "compile", "bind", "run", "node", "copy", "hand-over", "wait"}
NANOSECOND = 0.0011  # microseconds; times are whole nanoseconds, printed as microseconds


class TraceCase(Case):
    def traced(self, *words: str) -> tuple[dict, dict]:
        """The document of run and its trace."""
        path = self.folder / "trace.json"
        document = self.run_json("run", *words, "--random", "1", "--trace", str(path))
        return document, json.loads(path.read_text())

    def check_schema(self, trace: dict) -> None:
        self.assertEqual(set(trace), {"traceEvents", "displayTimeUnit"})
        self.assertIn(trace["displayTimeUnit"], ("ms", "ns"))
        for event in trace["traceEvents"]:
            self.assertIn(event.get("ph"), PHASES, event)
            required, optional = PHASES[event["ph"]]
            self.assertEqual(set(required) - set(event), set(), event)
            self.assertEqual(set(event) - set(required) - set(optional), set(), event)
            for field, value in event.items():
                self.assertIsInstance(value, {**required, **optional}[field], event)
                self.assertNotIsInstance(value, bool, event)
            for field in ("ts", "dur"):
                self.assertGreaterEqual(event.get(field, 0), 0, event)
            if event["ph"] == "M":
                self.assertIn(event["name"], ("process_name", "thread_name"))
                self.assertIsInstance(event["args"]["name"], str)
            elif event["ph"] == "X":
                self.assertIn(event["cat"], KINDS)

    def check_order(self, trace: dict) -> None:
        """Metadata first, then times that never go back."""
        phases = [event["ph"] for event in trace["traceEvents"]]
        self.assertNotIn("M", phases[phases.count("M"):])
        times = [event["ts"] for event in trace["traceEvents"] if "ts" in event]
        self.assertEqual(times, sorted(times))
        self.assertEqual(times[0], 0)

    def check_tracks(self, trace: dict, devices: list[str]) -> None:
        """Each used track has one name; each device has a track."""
        names = [(e["tid"], e["args"]["name"]) for e in trace["traceEvents"] if e["name"] == "thread_name"]
        self.assertEqual(len(names), len({tid for tid, _ in names}))
        self.assertEqual(len(names), len({name for _, name in names}))
        used = {e["tid"] for e in trace["traceEvents"] if e["ph"] != "M"}
        self.assertEqual(used - {tid for tid, _ in names}, set())
        for device in ["host", *devices]:
            self.assertIn(device, [name for _, name in names])
        self.assertEqual(len({e["pid"] for e in trace["traceEvents"]}), 1)

    def check_nesting(self, trace: dict) -> None:
        """On a track a slice ends before the next begins, or encloses it."""
        tracks: dict[int, list[dict]] = {}
        for event in trace["traceEvents"]:
            if event["ph"] == "X":
                tracks.setdefault(event["tid"], []).append(event)
        for slices in tracks.values():
            open_ends: list[float] = []
            for event in slices:
                while open_ends and open_ends[-1] <= event["ts"] + NANOSECOND:
                    open_ends.pop()
                end = event["ts"] + event["dur"]
                if open_ends:
                    self.assertLessEqual(end, open_ends[-1] + NANOSECOND, event)
                open_ends.append(end)

    def frames(self, trace: dict) -> dict[int, tuple[float, float]]:
        """Begin and end of each frame, by its number."""
        begins = {e["id"]: e["ts"] for e in trace["traceEvents"] if e["ph"] == "b"}
        ends = {e["id"]: e["ts"] for e in trace["traceEvents"] if e["ph"] == "e"}
        self.assertEqual(begins.keys(), ends.keys())
        return {frame: (begins[frame], ends[frame]) for frame in begins}

    def check_steps(self, trace: dict, plan: dict, count: int, on_the_clock: bool = True) -> None:
        """Each partition and copy of the plan once a frame, within the frame."""
        frames = self.frames(trace)
        self.assertEqual(len(frames), count)
        tracks = {e["tid"]: e["args"]["name"] for e in trace["traceEvents"] if e["name"] == "thread_name"}
        slices = [event for event in trace["traceEvents"] if event["ph"] == "X"]
        for frame, (begin, end) in frames.items():
            mine = [event for event in slices if event["args"].get("frame") == frame]
            partitions = sorted(e["args"]["partition"] for e in mine if e["cat"] == "run")
            self.assertEqual(partitions, [part["id"] for part in plan["partitions"]])
            copies = sorted(e["args"]["copy"] for e in mine if e["cat"] in ("copy", "hand-over"))
            self.assertEqual(copies, [copy["id"] for copy in plan["copies"]])
            for event in mine:
                self.assertGreaterEqual(event["ts"], begin - NANOSECOND, event)
                if on_the_clock:
                    self.assertLessEqual(event["ts"] + event["dur"], end + NANOSECOND, event)
                if event["cat"] == "run":
                    part = plan["partitions"][event["args"]["partition"]]
                    self.assertEqual(tracks[event["tid"]], part["delegate"])
                    self.assertEqual(event["args"]["label"], part["label"])
                if event["cat"] == "copy":
                    self.assertEqual(event["args"]["bytes"], plan["copies"][event["args"]["copy"]]["bytes"])

    def check(self, document: dict, trace: dict, count: int, on_the_clock: bool = True) -> None:
        self.check_schema(trace)
        self.check_order(trace)
        self.check_tracks(trace, [part["delegate"] for part in document["plan"]["partitions"]])
        self.check_nesting(trace)
        self.check_steps(trace, document["plan"], count, on_the_clock)


class Traces(TraceCase):
    def test_of_the_cpu_alone(self) -> None:
        document, trace = self.traced(LENET, "--timing", "ops")
        self.check(document, trace, 1)
        nodes = [e for e in trace["traceEvents"] if e.get("cat") == "node"]
        self.assertEqual(len(nodes), len(document["timings"]["calls"]))
        self.assertIn("CONV_2D [0]", [event["name"] for event in nodes])

    def test_of_a_device_that_keeps_its_pace(self) -> None:
        document, trace = self.traced(INT8, "--delegate", "emulated:npu-int8,mode=paced", "--strategy", "greedy",
                                      "--repeat", "4")
        self.assertGreater(len(document["plan"]["copies"]), 3)
        self.check(document, trace, 4)

    def test_of_a_modelled_device_may_run_on_behind_the_frame(self) -> None:
        document, trace = self.traced(INT8, "--delegate", "emulated:npu-int8", "--strategy", "greedy", "--repeat", "3")
        self.check(document, trace, 3, on_the_clock=False)

    def test_of_two_devices(self) -> None:
        document, trace = self.traced(INT8, "--delegate", "emulated:nnapi-1.0,mode=paced", "--delegate",
                                      "emulated:npu-int8,mode=paced", "--strategy", "per-op", "--threads", "1")
        self.check(document, trace, 1)

    def test_of_memory_that_devices_share(self) -> None:
        path = self.write("shared.json", b'{"base": "npu-int8", "memory": {"shared": true}}')
        document, trace = self.traced(INT8, "--delegate", f"emulated:{path},mode=paced", "--strategy", "greedy")
        self.assertIn("hand-over", {e.get("cat") for e in trace["traceEvents"]})
        self.check(document, trace, 1)

    def test_after_a_fault_tells_the_plan_that_failed_apart(self) -> None:
        path = self.write("frail.json", b'{"base": "npu-int8", "faults": {"fail_submit": 2}}')
        document, trace = self.traced(INT8, "--delegate", f"emulated:{path}", "--strategy", "greedy")
        self.assertEqual(len(document["faults"]), 1)
        self.check_schema(trace)
        self.check_order(trace)
        self.check_nesting(trace)
        failed = [e for e in trace["traceEvents"] if e["name"].endswith("of a plan that failed")]
        self.assertGreater(len(failed), 0)
        self.assertTrue(all("partition" not in event["args"] for event in failed))
        runs = [e for e in trace["traceEvents"] if e.get("cat") == "run" and "partition" in e["args"]]
        self.assertEqual(len(runs), len(document["plan"]["partitions"]))


class Timings(TraceCase):
    PARTS = ("before_us", "copy_in_us", "wait_us", "dispatch_us", "commit_us", "copy_out_us")

    def check_account(self, timings: dict) -> None:
        parts = timings["partitions"] + timings["copies"]
        total = sum(part.get("run_us", part.get("us")) for part in parts)
        self.assertAlmostEqual(total - timings["overlap_us"] + timings["other_us"], timings["wall_us"], places=2)
        self.assertEqual(list(timings["other"]), list(self.PARTS))
        self.assertAlmostEqual(sum(timings["other"].values()), timings["other_us"], places=2)
        for part in parts:
            took = part.get("run_us", part.get("us"))
            self.assertLessEqual(-1e-3, part["queued_at_us"])
            self.assertLessEqual(part["queued_at_us"], part["started_at_us"] + 1e-3)
            self.assertAlmostEqual(part["finished_at_us"] - part["started_at_us"], took, places=2)
            self.assertAlmostEqual(part["started_at_us"] - part["queued_at_us"], part["queued_us"], places=2)
            self.assertLessEqual(part["finished_at_us"], timings["wall_us"] + 1e-3)
        for value in (timings["overlap_us"], *timings["other"].values()):
            self.assertGreaterEqual(value, -1e-3)

    def test_name_what_is_left(self) -> None:
        for words in ((LENET,), (LENET, "--strategy", "per-op"),
                      (INT8, "--delegate", "emulated:npu-int8,mode=paced", "--strategy", "greedy"),
                      (INT8, "--delegate", "emulated:npu-int8,mode=native", "--strategy", "greedy")):
            timings = self.run_json("run", *words, "--random", "1", "--repeat", "5")["timings"]
            self.check_account(timings)
            text = self.run_program("run", *words, "--random", "1").stdout
            self.assertIn("the rest", text)

    def test_of_a_model_have_no_rest(self) -> None:
        timings = self.run_json("run", INT8, "--random", "1", "--delegate", "emulated:npu-int8", "--strategy",
                                "greedy")["timings"]
        for field in ("other_us", "other", "overlap_us"):
            self.assertIsNone(timings[field])
        parts = timings["partitions"] + timings["copies"]
        self.assertAlmostEqual(sum(part.get("run_us", part.get("us")) for part in parts), timings["modelled_us"],
                               places=2)
        for part in parts:
            took = part.get("run_us", part.get("us"))
            self.assertEqual(part["device_us"], took if part["label"] == "modelled" else None)

    def test_count_what_a_failed_plan_cost(self) -> None:
        path = self.write("frail.json", b'{"base": "npu-int8", "faults": {"fail_submit": 2}}')
        timings = self.run_json("run", INT8, "--random", "1", "--delegate", f"emulated:{path},mode=paced",
                                "--strategy", "greedy")["timings"]
        self.check_account(timings)
        self.assertGreater(timings["other"]["before_us"], 100)  # planned and compiled anew in the frame


if __name__ == "__main__":
    unittest.main()
