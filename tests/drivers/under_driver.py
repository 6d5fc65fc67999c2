#!/usr/bin/env python3
"""Runs a test program on one OpenCL or Vulkan driver, and fails on what the driver or a layer reports about it.

Usage: under_driver.py DRIVER PROGRAM [WORDS ...]

OpenCL: pocl, rusticl, oclgrind (interprets the kernels: data races, uninitialised values, accesses out of bounds, misuse
of the interface), oclgrind-fast (the same without uninitialised values) or valgrind (PoCL under valgrind: memory of the
host that kernels and the library touch; it knows no AVX-512, so kernels are made for a CPU without, first outside of it,
where their compiler is quick).
Vulkan: lavapipe or swiftshader; with "+layers" under the validation layer with its checks of synchronisation, with
"+assisted" under the layer that looks at every access of a shader too. Any message of it fails; so does a program that
never opened it.
Exit code 77: the driver, or the layer, is not installed.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

NOT_INSTALLED = 77
MOST_LINES = 40

# Oclgrind's detector of races clears its records of all bytes of all buffers after each kernel: pinned memory is small there.
STAGING = {"TRIREME_TEST_STAGING": "65536"}

# Driver: the file of the ICD loader, or a library that such a file has to name; what it wants of the environment.
VENDORS = pathlib.Path("/etc/OpenCL/vendors")
OPENCL: dict[str, tuple[pathlib.Path, dict[str, str]]] = {
    "pocl": (VENDORS / "pocl.icd", {}),
    "rusticl": (VENDORS / "rusticl.icd", {"RUSTICL_ENABLE": "llvmpipe"}),
    "oclgrind": (pathlib.Path("/usr/lib/oclgrind/liboclgrind-rt-icd.so"),
                 {"OCLGRIND_DATA_RACES": "1", "OCLGRIND_CHECK_API": "1", "OCLGRIND_UNINITIALIZED": "1",
                  "TRIREME_TEST_WRITES": "kernel", **STAGING}),
    "oclgrind-fast": (pathlib.Path("/usr/lib/oclgrind/liboclgrind-rt-icd.so"),
                      {"OCLGRIND_DATA_RACES": "1", "OCLGRIND_CHECK_API": "1", **STAGING}),
    "valgrind": (VENDORS / "pocl.icd", {"POCL_KERNELLIB_NAME": "avx2", "POCL_DEVICES": "basic"}),
}
VULKAN: dict[str, pathlib.Path] = {
    "lavapipe": pathlib.Path("/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"),
    "swiftshader": pathlib.Path("/usr/lib/chromium/vk_swiftshader_icd.json"),
}
LAYER = pathlib.Path("/usr/share/vulkan/explicit_layer.d/VkLayer_khronos_validation.json")
SYNCHRONISATION = "VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT"
ASSISTED = "VK_VALIDATION_FEATURE_ENABLE_GPU_ASSISTED_EXT"
LAYERS = {"layers": [SYNCHRONISATION], "assisted": [SYNCHRONISATION, ASSISTED]}
# How the layer says that it is there: a message of its own, up to an empty line and the objects that it names.
GREETING = "UNASSIGNED-khronos-validation-createinstance-status-message"
# And that it finds no file of what it has seen before, as on every fresh machine.
NO_FILE_YET = "UNASSIGNED-cache-file-error"
VALGRIND = ["valgrind", "--quiet", "--leak-check=no", "--error-limit=no", "--partial-loads-ok=no",
            f"--suppressions={pathlib.Path(__file__).with_name('valgrind.supp')}"]


def skipped(sentence: str) -> int:
    print(f"skipped: {sentence}")
    return NOT_INSTALLED


def lines_of(file: pathlib.Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def failed(who: str, report: list[str]) -> int:
    print(f"{who} reports:", *report[:MOST_LINES], sep="\n")
    if len(report) > MOST_LINES:
        print(f"... and {len(report) - MOST_LINES} more lines")
    return 1


def without_greetings(report: list[str]) -> tuple[list[str], int]:
    """What the layer says of others, and how often it says that it is there."""
    rest, greetings, inside = [], 0, False
    for line in report:
        if line.startswith((GREETING, NO_FILE_YET)):
            greetings, inside = greetings + int(line.startswith(GREETING)), True
        elif inside and (not line.strip() or line.startswith("    ")):
            continue
        else:
            inside = False
            rest.append(line)
    return rest, greetings


def empty_patterns(words: list[str]) -> list[str]:
    """Those of a filter that no test's name matches: what they were to run would never run."""
    filters = [word.removeprefix("--gtest_filter=") for word in words if word.startswith("--gtest_filter=")]
    patterns = [pattern for one in filters for pattern in one.partition("-")[0].split(":") if pattern]
    listed = {pattern: subprocess.run([words[0], f"--gtest_filter={pattern}", "--gtest_list_tests"], capture_output=True,
                                      text=True, check=False).stdout for pattern in patterns}
    return [pattern for pattern, names in listed.items()
            if not any(line.startswith("  ") for line in names.splitlines())]


def under_vulkan(driver: str, layers: str, words: list[str]) -> int:
    if not VULKAN[driver].exists():
        return skipped(f"{driver} is not installed ({VULKAN[driver]})")
    if layers and not LAYER.exists():
        return skipped(f"the validation layer is not installed ({LAYER})")
    environment = {**os.environ, "VK_ICD_FILENAMES": str(VULKAN[driver])}
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "report.txt"
        if layers:
            settings = pathlib.Path(folder) / "vk_layer_settings.txt"
            own = {"debug_action": "VK_DBG_LAYER_ACTION_LOG_MSG", "log_filename": str(log),
                   "report_flags": "error,warn,perf,info", "enables": ",".join(LAYERS[layers])}
            settings.write_text("".join(f"khronos_validation.{key} = {value}\n" for key, value in own.items()))
            environment |= {"VK_INSTANCE_LAYERS": "VK_LAYER_KHRONOS_validation", "VK_LAYER_SETTINGS_PATH": str(settings)}
        code = subprocess.run(words, env=environment, check=False).returncode
        report, greetings = without_greetings(lines_of(log))
    if report:
        return failed("the validation layer", report)
    if layers and greetings == 0 and code == 0:
        return failed("this script", ["the validation layer was never opened: the program did not use Vulkan"])
    return code


def under_opencl(driver: str, words: list[str]) -> int:
    file, wanted = OPENCL[driver]
    if not file.exists():
        return skipped(f"{driver} is not installed ({file})")
    if driver == "valgrind" and not shutil.which(VALGRIND[0]):
        return skipped("valgrind is not installed")
    with tempfile.TemporaryDirectory() as folder:
        icd, log = file, pathlib.Path(folder) / "report.txt"
        if file.suffix == ".so":
            icd = pathlib.Path(folder) / "driver.icd"
            icd.write_text(f"{file}\n")
        environment = {**os.environ, **wanted, "OCL_ICD_VENDORS": str(icd), "OCLGRIND_LOG": str(log)}
        code = subprocess.run(words, env=environment, check=False).returncode
        if driver == "valgrind" and code == 0:
            code = subprocess.run(VALGRIND + words, env=environment, check=False).returncode
        report = lines_of(log)
    return failed(driver, report) if report else code


def main() -> int:
    driver, _, layers = (sys.argv[1] if len(sys.argv) > 2 else "").partition("+")
    if empty := empty_patterns(sys.argv[2:]):
        return failed("this script", [f"no test matches '{pattern}'" for pattern in empty])
    if driver in OPENCL and not layers:
        return under_opencl(driver, sys.argv[2:])
    if driver in VULKAN and (not layers or layers in LAYERS):
        return under_vulkan(driver, layers, sys.argv[2:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
