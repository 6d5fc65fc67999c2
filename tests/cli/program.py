"""Runs the program under test: its path and the source folder are the test's two arguments."""

from __future__ import annotations

import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv.pop())
PROGRAM = str(pathlib.Path(sys.argv.pop()).resolve())
LENET = str(SOURCE / "models" / "lenet_float32.tflite")


class Case(unittest.TestCase):
    """A test with a folder of its own, removed afterwards."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_program(self, *words: str, code: int = 0,
                    folder: pathlib.Path | None = None) -> subprocess.CompletedProcess[str]:
        """Runs to the end and checks the exit code."""
        done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=120, check=False,
                              cwd=folder, env=self.environment())
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout}\n{done.stderr}")
        return done

    def environment(self) -> dict[str, str]:
        """A cache folder of the test's own: plans do not hang on what was calibrated on this machine."""
        return {**os.environ, "XDG_CACHE_HOME": str(self.folder / "cache")}

    def run_json(self, *words: str, code: int = 0) -> dict:
        """The document on standard output, which stands alone."""
        return json.loads(self.run_program(*words, "--json", code=code).stdout)

    def fails(self, *words: str, code: int = 1) -> str:
        """The one sentence on standard error."""
        return self.run_program(*words, code=code).stderr

    def write(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def npy(self, name: str, descr: str, shape: tuple[int, ...], data: bytes) -> str:
        header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
        return self.write(name, b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data)


def npy_data(path: pathlib.Path) -> bytes:
    """What lies behind the header of a version 1 .npy file."""
    raw = path.read_bytes()
    return raw[10 + struct.unpack("<H", raw[8:10])[0]:]
