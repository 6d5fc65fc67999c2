#!/usr/bin/env python3
"""What users get wrong: one sentence that names it, the right exit code, nothing half-written."""

from __future__ import annotations

import json
import os
import pathlib
import unittest

from program import LENET, Case


class Models(Case):
    def check(self, data: bytes, *words: str) -> str:
        path = self.write("broken.tflite", data)
        for command in ("inspect", "run", "explain"):
            message = self.fails(command, path)
            self.assertEqual(len(message.strip().splitlines()), 1, message)
            self.assertIn("trireme: ", message)
        for word in words:
            self.assertIn(word, message)
        return message

    def test_empty(self) -> None:
        self.check(b"")

    def test_not_a_model(self) -> None:
        self.check(b"This is a letter, not a model. It goes on for a while.")

    def test_wrong_magic(self) -> None:
        data = bytearray(pathlib.Path(LENET).read_bytes())
        data[4:8] = b"TFL9"
        self.check(bytes(data))

    def test_truncated(self) -> None:
        data = pathlib.Path(LENET).read_bytes()
        for length in (1, 7, 8, 100, 1000, len(data) // 2, len(data) - 1):
            self.check(data[:length])

    def test_bit_flips_crash_nothing(self) -> None:
        data = pathlib.Path(LENET).read_bytes()
        for at in list(range(0, 64, 3)) + list(range(len(data) - 2000, len(data), 97)):
            broken = bytearray(data)
            broken[at] ^= 0x5A
            path = self.write("flipped.tflite", bytes(broken))
            import subprocess
            from program import PROGRAM
            done = subprocess.run([PROGRAM, "run", path, "--random", "1", "--quiet"], capture_output=True, timeout=60,
                                  check=False)
            self.assertIn(done.returncode, (0, 1), f"byte {at}: {done.stderr!r}")

    def test_missing_and_unreadable_paths(self) -> None:
        self.assertIn("No such file", self.fails("run", "/no/such/model.tflite"))
        self.assertIn("folder", self.fails("run", str(self.folder)))
        if os.geteuid() != 0:  # root reads everything
            path = self.write("secret.tflite", b"x")
            os.chmod(path, 0)
            self.assertIn("Permission denied", self.fails("run", path))


class Inputs(Case):
    def test_missing(self) -> None:
        self.assertIn("was not given", self.fails("run", LENET))

    def test_unknown_name(self) -> None:
        self.assertIn("no such input", self.fails("run", LENET, "--input", "7=x.npy"))

    def test_wrong_type_and_shape(self) -> None:
        wrong_type = self.npy("type.npy", "<i4", (1, 28, 28, 1), bytes(4 * 784))
        self.assertIn("int32", self.fails("run", LENET, "--input", f"0={wrong_type}"))
        wrong_shape = self.npy("shape.npy", "<f4", (1, 28, 28), bytes(4 * 784))
        self.assertIn("1x28x28", self.fails("run", LENET, "--input", f"0={wrong_shape}"))

    def test_objects_and_broken_arrays(self) -> None:
        objects = self.npy("object.npy", "|O", (1,), bytes(8))
        self.assertIn("'|O'", self.fails("run", LENET, "--input", f"0={objects}"))
        short = self.npy("short.npy", "<f4", (1, 28, 28, 1), bytes(100))
        self.assertIn("holds 100 bytes", self.fails("run", LENET, "--input", f"0={short}"))
        self.assertIn("not a NumPy", self.fails("run", LENET, "--input", f"0={self.write('x.npy', b'words')}"))

    def test_pictures(self) -> None:
        header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x40\0\0\0\x40\0\x08\x02\0\0\0\0\0\0\0"
        huge = self.write("huge.png", header)
        self.assertIn("more than 64 MPixel", self.fails("run", LENET, "--image", f"0={huge}"))
        self.assertIn("cannot read picture", self.fails("run", LENET, "--image", f"0={self.write('a.png', b'x')}"))


class Zoo(Case):
    def test_unknown_names_are_told_the_known_ones(self) -> None:
        message = self.fails("zoo", "resnet", "-o", str(self.folder / "x"), code=2)
        for word in ("'resnet'", "resnet50", "lenet", "deeplab_v3"):
            self.assertIn(word, message)
        self.assertIn("float32, float16, int8", self.fails("zoo", "lenet", "--type", "int4", code=2))
        self.assertIn("needs the NAME", self.fails("zoo", "-o", "x", code=2))
        self.assertIn("squeezenet_1_1", self.fails("inspect", "zoo:squeeze"))
        self.assertIn("'int4'", self.fails("inspect", "zoo:lenet:int4"))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_what_cannot_be_written_leaves_nothing(self) -> None:
        self.assertIn("No such file", self.fails("zoo", "lenet", "-o", str(self.folder / "no" / "x.tflite")))
        self.assertIn("No space", self.fails("zoo", "lenet", "-o", "/dev/full"))
        self.assertEqual(list(self.folder.iterdir()), [])


class Usage(Case):
    def test_words_that_mean_nothing(self) -> None:
        for words in ((), ("fly",), ("run",), ("run", LENET, "--no-such-word"), ("run", LENET, "--threads", "0"),
                      ("run", LENET, "--delegate", "warp-drive"), ("run", LENET, "--delegate", "cpu,isa=quantum"),
                      ("run", LENET, "--strategy", "fastest"), ("run", LENET, "--strategy", "single:npu"),
                      ("run", LENET, "--top", "0"), ("run", LENET, "--dump", "x"), ("run", LENET, "--labels", "x"),
                      ("explain", LENET, "--pin", "3"), ("run", LENET, "--device-timeout", "soon"),
                      ("run", LENET, "--std", "0"), ("profiles", "warp"),
                      ("run", LENET, "--delegate", "emulated:warp"),
                      ("run", LENET, "--delegate", "emulated:npu-int8,mode=fast")):
            self.fails(*words, code=2)
        self.assertIn("there is no command 'fly'; the commands are: devices, inspect, run", self.fails("fly", code=2))

    def test_tensors_that_the_model_lacks_list_the_nearest(self) -> None:
        for words in (("--pin", "conv=cpu"), ("--dump", "conv", "--output-dir", str(self.folder))):
            message = self.fails("run", LENET, "--random", "1", *words)
            self.assertIn("the nearest of its 13 tensors: 'conv1', 'conv2', ", message)
            self.assertEqual(len(message.strip().splitlines()), 1, message)

    def test_names_that_the_model_lacks(self) -> None:
        self.assertIn("no signature 'x'", self.fails("run", LENET, "--random", "1", "--signature", "x"))
        self.assertIn("nothing_here", self.fails("run", LENET, "--random", "1", "--dump", "nothing_here",
                                                 "--output-dir", str(self.folder)))


class Plans(Case):
    def test_words_that_do_not_fit_together(self) -> None:
        self.assertIn("needs --compare", self.fails("plan", LENET, code=2))
        self.assertIn("--measure, which is missing", self.fails("plan", LENET, "--compare", "--rounds", "3", code=2))
        self.assertIn("--random", self.fails("plan", LENET, "--compare", "--random", "3", code=2))
        self.assertIn("--strategy", self.fails("plan", LENET, "--compare", "--strategy", "greedy", code=2))
        self.fails("plan", LENET, "--compare", "--measure", "--rounds", "0", code=2)

    def test_a_strategy_that_cannot_be_met_says_why_in_its_row(self) -> None:
        document = self.run_json("plan", "zoo:lenet:int8", "--compare", "--measure", "--rounds", "1", "--delegate",
                                 "emulated:npu-int8", "--pin", "0=emulated:npu-int8")
        rows = {row["name"]: row for row in document["strategies"]}
        self.assertIn("pinned", rows["single:cpu"]["refused"])
        self.assertIsNone(rows["single:cpu"]["plan"])
        self.assertEqual(rows["single:cpu"]["rounds_us"], [])
        self.assertGreater(rows["optimal"]["measured_us"], 0)

    def test_what_no_strategy_can_meet_is_one_sentence(self) -> None:
        message = self.fails("plan", LENET, "--compare", "--pin", "nothing_here=cpu")
        self.assertIn("nothing_here", message)
        self.assertEqual(len(message.strip().splitlines()), 1, message)
        self.assertIn("npu-int9", self.fails("plan", LENET, "--compare", "--delegate", "emulated:npu-int9", code=2))

    def test_inputs_that_are_wrong(self) -> None:
        wrong = self.npy("type.npy", "<i4", (1, 28, 28, 1), bytes(4 * 784))
        self.assertIn("int32", self.fails("plan", LENET, "--compare", "--measure", "--input", f"0={wrong}"))


class Benches(Case):
    def test_words_that_mean_nothing(self) -> None:
        for words in (("--strategy", "fastest"), ("--strategy", "optimal", "--strategy", "single:npu"),
                      ("--delegate", "warp-drive"), ("--threads", "0"), ("--threads", "x"), ("--threads", "1,,2"),
                      ("--threads", "1,0"), ("--min-runs", "0"), ("--seconds", "-1"), ("--seconds", "soon"),
                      ("--timing", "all"), ("--delegate", "cpu", "--delegate", "cpu,isa=scalar"),
                      ("--pin", "3"), ("--delegate", "emulated:npu-int9"), ("--html", "x"), ("--csv", "x"),
                      ("--compare", "x")):
            self.fails("bench", LENET, *words, code=2)
        self.assertIn("which MODEL?", self.fails("bench", code=2))
        self.assertIn("optimal, greedy, nnapi, per-op", self.fails("bench", LENET, "--strategy", "fastest", code=2))
        self.assertIn("numbers from 1 to 1024", self.fails("bench", LENET, "--threads", "1,x", code=2))

    def test_models_that_are_wrong_end_it_before_anything_is_timed(self) -> None:
        path = self.folder / "out.json"
        corrupt = self.write("corrupt.tflite", pathlib.Path(LENET).read_bytes()[:1000])
        for model, word in (("/no/such/model.tflite", "No such file"), (corrupt, "corrupt.tflite"), ("zoo:squeeze", "lenet"),
                            (str(self.folder), "folder")):
            done = self.run_program("bench", LENET, model, "--json", str(path), code=1)
            self.assertIn(word, done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertEqual(done.stdout, "")
            self.assertFalse(path.exists())

    def test_json_takes_no_model_for_its_file(self) -> None:
        copy = self.write("copy.tflite", pathlib.Path(LENET).read_bytes())
        document = json.loads(self.run_program("bench", "--json", copy, LENET, "--min-runs", "1", "--seconds",
                                               "0").stdout)
        self.assertEqual([model["path"] for model in document["models"]], [copy, LENET])
        self.assertEqual(pathlib.Path(copy).read_bytes(), pathlib.Path(LENET).read_bytes())

    def test_what_no_configuration_can_meet_is_one_sentence_and_the_other_models_go_on(self) -> None:
        done = self.run_program("bench", LENET, "zoo:lenet:int8", "--pin", "nothing_here=cpu", "--json", code=1)
        self.assertIn("nothing_here", done.stderr.splitlines()[-1])
        for row in json.loads(done.stdout)["results"]:
            self.assertIn("nothing_here", row["refused"])

    def test_inputs_that_are_wrong(self) -> None:
        wrong = self.npy("type.npy", "<i4", (1, 28, 28, 1), bytes(4 * 784))
        self.assertIn("int32", self.fails("bench", LENET, "--input", f"0={wrong}"))


class Profiles(Case):
    def test_a_mistake_names_file_field_and_what_was_expected(self) -> None:
        path = self.write("mine.json", b'{"base": "npu-int8", "perf": {"node_us": "fast"}}')
        sentence = f"{path}: field 'perf.node_us': expected a number from 0 to 1000000000, found \"fast\""
        self.assertIn(sentence, self.fails("profiles", path))
        self.assertIn(sentence, self.fails("run", LENET, "--random", "1", "--delegate", f"emulated:{path}", code=2))
        self.assertIn("No such file", self.fails("profiles", "/no/such/profile.json"))


class Outputs(Case):
    def test_what_cannot_be_written(self) -> None:
        taken = self.write("file", b"x")
        self.assertIn("cannot make folder", self.fails("run", LENET, "--random", "1", "--output-dir", taken))
        for words in (("--json", "/no/such/folder/x.json"), ("--trace", "/no/such/folder/x.json"),
                      ("--json", "/dev/full")):
            self.assertIn("cannot write", self.fails("run", LENET, "--random", "1", *words))

    def test_nothing_half_written_is_left(self) -> None:
        self.fails("run", LENET, "--output-dir", str(self.folder / "out"))
        self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
