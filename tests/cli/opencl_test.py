"""--delegate opencl as a user meets it: with a driver, without one, and with words that are wrong."""

from __future__ import annotations

import unittest

from program import LENET, Case


class WithDriver(Case):
    def setUp(self) -> None:
        super().setUp()
        self.devices = self.run_json("devices")["opencl"]
        if not any(device["usable"] for device in self.devices):
            self.skipTest(f"no usable OpenCL device: {self.devices}")

    def test_a_model_runs_and_gives_the_cpus_answer(self) -> None:
        document = self.run_json("run", LENET, "--random", "1", "--delegate", "opencl", "--strategy", "greedy", "--verify")
        self.assertEqual(document["difference"]["mismatches"], 0)
        self.assertEqual(document["options"]["delegates"], ["opencl"])
        self.assertEqual(document["faults"], [])

    def test_the_devices_are_listed_by_the_word_that_chooses_them(self) -> None:
        first = next(device for device in self.devices if device["usable"])
        self.assertEqual(first["delegate"], "opencl")
        self.assertIn("OpenCL", first["driver"])

    def test_a_device_that_is_not_there_is_answered_with_the_list(self) -> None:
        for word in ("opencl:99", "opencl:no such thing"):
            words = ("run", LENET, "--random", "1", "--delegate", word)
            for message in (self.run_program(*words).stderr, self.fails(*words, "--strict", code=3)):
                self.assertIn("there are: 0 (", message)
                self.assertIn(self.devices[0]["device"], message)
                self.assertEqual(len(message.strip().splitlines()), 1, message)

    def test_a_cache_file_that_is_damaged_is_said_and_made_anew(self) -> None:
        words = ("run", LENET, "--random", "1", "--delegate", "opencl", "--strategy", "greedy")
        self.run_program(*words)
        kept = list((self.folder / "cache" / "trireme").glob("*.programs"))
        self.assertEqual(len(kept), 1)
        kept[0].write_bytes(kept[0].read_bytes()[:-7])
        self.assertIn("damaged or cut off", self.run_program(*words).stderr)
        self.assertEqual(self.run_program(*words).stderr, "")


class WithoutDriver(Case):
    def environment(self) -> dict[str, str]:
        return {**super().environment(), "OCL_ICD_VENDORS": str(self.folder), "VK_ICD_FILENAMES": str(self.folder)}

    def test_a_missing_driver_is_said_and_the_cpu_answers(self) -> None:
        done = self.run_program("run", LENET, "--random", "1", "--delegate", "opencl")
        self.assertRegex(done.stderr, "OpenCL")
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_a_missing_driver_that_is_required_is_a_failure_of_a_device(self) -> None:
        self.assertRegex(self.fails("run", LENET, "--random", "1", "--delegate", "opencl", "--strict", code=3), "OpenCL")

    def test_devices_says_why_there_is_none(self) -> None:
        [device] = self.run_json("devices")["opencl"]
        self.assertFalse(device["usable"])
        self.assertIn("OpenCL", device["why"])

    def test_auto_is_the_cpu_alone(self) -> None:
        self.assertEqual(self.run_json("run", LENET, "--random", "1", "--delegate", "auto")["options"]["delegates"], ["cpu"])


class Words(Case):
    def test_keys_that_mean_nothing(self) -> None:
        for word in ("opencl,speed=high", "opencl,precision=perfect", "opencl:0,cache"):
            self.fails("run", LENET, "--random", "1", "--delegate", word, code=2)


if __name__ == "__main__":
    unittest.main()
