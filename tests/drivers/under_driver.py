#!/usr/bin/env python3
"""Runs a test program on one OpenCL driver, and fails on what the driver reports about it.

Usage: under_driver.py DRIVER PROGRAM [WORDS ...]

DRIVER: pocl, rusticl, oclgrind (interprets the kernels: data races, uninitialised values, accesses out of bounds, misuse
of the interface), oclgrind-fast (the same without uninitialised values) or valgrind (PoCL under valgrind: memory of the
host that kernels and the library touch; it knows no AVX-512, so kernels are made for a CPU without, first outside of it,
where their compiler is quick). Exit code 77: the driver is not installed.
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
DRIVERS: dict[str, tuple[pathlib.Path, dict[str, str]]] = {
    "pocl": (VENDORS / "pocl.icd", {}),
    "rusticl": (VENDORS / "rusticl.icd", {"RUSTICL_ENABLE": "llvmpipe"}),
    "oclgrind": (pathlib.Path("/usr/lib/oclgrind/liboclgrind-rt-icd.so"),
                 {"OCLGRIND_DATA_RACES": "1", "OCLGRIND_CHECK_API": "1", "OCLGRIND_UNINITIALIZED": "1",
                  "TRIREME_TEST_WRITES": "kernel", **STAGING}),
    "oclgrind-fast": (pathlib.Path("/usr/lib/oclgrind/liboclgrind-rt-icd.so"),
                      {"OCLGRIND_DATA_RACES": "1", "OCLGRIND_CHECK_API": "1", **STAGING}),
    "valgrind": (VENDORS / "pocl.icd", {"POCL_KERNELLIB_NAME": "avx2", "POCL_DEVICES": "basic"}),
}
VALGRIND = ["valgrind", "--quiet", "--leak-check=no", "--error-limit=no", "--partial-loads-ok=no",
            f"--suppressions={pathlib.Path(__file__).with_name('valgrind.supp')}"]


def main() -> int:
    if len(sys.argv) < 3 or sys.argv[1] not in DRIVERS:
        print(__doc__, file=sys.stderr)
        return 2
    driver, words = sys.argv[1], sys.argv[2:]
    file, wanted = DRIVERS[driver]
    if not file.exists():
        print(f"skipped: {driver} is not installed ({file})")
        return NOT_INSTALLED
    if driver == "valgrind" and not shutil.which(VALGRIND[0]):
        print("skipped: valgrind is not installed")
        return NOT_INSTALLED
    with tempfile.TemporaryDirectory() as folder:
        icd, log = file, pathlib.Path(folder) / "report.txt"
        if file.suffix == ".so":
            icd = pathlib.Path(folder) / "driver.icd"
            icd.write_text(f"{file}\n")
        environment = {**os.environ, **wanted, "OCL_ICD_VENDORS": str(icd), "OCLGRIND_LOG": str(log)}
        code = subprocess.run(words, env=environment, check=False).returncode
        if driver == "valgrind" and code == 0:
            code = subprocess.run(VALGRIND + words, env=environment, check=False).returncode
        report = log.read_text().splitlines() if log.exists() else []
    if report:
        print(f"{driver} reports:", *report[:MOST_LINES], sep="\n")
        if len(report) > MOST_LINES:
            print(f"... and {len(report) - MOST_LINES} more lines")
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
