"""devices as a user meets it: what each GPU is, and its limits."""

from __future__ import annotations

import pathlib
import unittest

from program import Case

FEATURES = {"float64", "half", "import", "storage8", "storage16", "tiles", "timestamps"}
SWIFTSHADER = pathlib.Path("/usr/lib/chromium/vk_swiftshader_icd.json")


class Listed(Case):
    def gpus(self) -> list[dict]:
        document = self.run_json("devices")
        return [device for api in ("opencl", "vulkan") for device in document[api] if device["type"] is not None]

    def test_each_gpu_tells_its_type_and_limits(self) -> None:
        if not (gpus := self.gpus()):
            self.skipTest("no GPU device of any API")
        for gpu in gpus:
            self.assertIn(gpu["type"], {"discrete", "integrated", "virtual", "cpu", "other"})
            limits = gpu["limits"]
            self.assertRegex(limits["version"], r"^\d+\.\d+")
            for name in ("memory", "largest_binding", "largest_allocation", "binding_alignment", "group_items", "vector_width"):
                self.assertGreater(limits[name], 0, name)
            self.assertEqual(set(limits["features"]) - FEATURES, set())
            self.assertEqual("import" in limits["features"], limits["import_alignment"] is not None)

    def test_the_text_has_a_line_of_limits_under_each_gpu_and_nothing_beside(self) -> None:
        done = self.run_program("devices")
        self.assertEqual(done.stderr, "")
        lines = done.stdout.splitlines()
        for gpu in self.gpus():
            [at] = [i for i, line in enumerate(lines) if line.split()[0] == gpu["delegate"]]
            self.assertIn(f"{gpu['type']}, version {gpu['limits']['version']}, ", lines[at + 1])
            self.assertIn("bindings to ", lines[at + 1])


class OnSwiftShader(Case):
    def environment(self) -> dict[str, str]:
        return {**super().environment(), "VK_ICD_FILENAMES": str(SWIFTSHADER)}

    def test_what_a_driver_does_not_say_is_left_out(self) -> None:
        [device] = self.run_json("devices")["vulkan"]
        if not SWIFTSHADER.exists() or not device["usable"]:
            self.skipTest(f"SwiftShader is not installed ({SWIFTSHADER})")
        self.assertRegex(device["driver"], r"^SwiftShader driver, Vulkan 1\.\d+$")
        self.assertEqual(set(device["limits"]["features"]) & {"float64", "storage8", "storage16"}, set())


class WithoutDriver(Case):
    def environment(self) -> dict[str, str]:
        return {**super().environment(), "VK_ICD_FILENAMES": str(self.folder), "OCL_ICD_VENDORS": str(self.folder)}

    def test_where_there_is_no_device_there_are_no_limits(self) -> None:
        document = self.run_json("devices")
        for api in ("opencl", "vulkan"):
            [device] = document[api]
            self.assertFalse(device["usable"])
            self.assertTrue(device["why"])
            self.assertIsNone(device["type"])
            self.assertIsNone(device["limits"])


if __name__ == "__main__":
    unittest.main()
