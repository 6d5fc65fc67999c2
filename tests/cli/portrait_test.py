"""The portrait example: the same pictures whoever computes, a sentence where it cannot.

Reads a photograph and three models from TRIREME_TEST_DATA and TRIREME_TEST_MODELS; skips without them.
"""

from __future__ import annotations

import json
import os
import pathlib
import struct
import unittest
import zlib

from program import Case

PICTURES = ("face.png", "mesh.png", "person.png")


def paeth(a: int, b: int, c: int) -> int:
    """The neighbour that is nearest to a + b - c, as the PNG specification (9.4) breaks ties."""
    near = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
    return (a, b, c)[near.index(min(near))]


def pixels(raw: bytes) -> bytes:
    """The samples of an 8-bit PNG without interlacing, filters undone."""
    at, packed, width, samples = 8, b"", 0, 0
    while at < len(raw):
        length, kind = struct.unpack(">I4s", raw[at:at + 8])
        body = raw[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, _, depth, colours = struct.unpack(">IIBB", body[:10])
            samples = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
            assert depth == 8 and body[12] == 0
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    lines, pitch = zlib.decompress(packed), width * samples
    above, result = bytearray(pitch), bytearray()
    for start in range(0, len(lines), pitch + 1):
        filter_type, line = lines[start], bytearray(lines[start + 1:start + 1 + pitch])
        for i, value in enumerate(line):
            left, corner = (line[i - samples], above[i - samples]) if i >= samples else (0, 0)
            line[i] = (value + (0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner))[filter_type]) % 256
        result += line
        above = line
    return bytes(result)


class Portrait(Case):
    def setUp(self) -> None:
        super().setUp()
        data, models = os.environ.get("TRIREME_TEST_DATA"), os.environ.get("TRIREME_TEST_MODELS")
        if not data or not models:
            self.skipTest("TRIREME_TEST_DATA and TRIREME_TEST_MODELS are not set")
        photograph, folder = pathlib.Path(data, "images", "coral", "grace_hopper.bmp"), pathlib.Path(models, "mediapipe")
        for needed in (photograph, folder):
            if not needed.exists():
                self.skipTest(f"{needed} is not there")
        self.words = ("--image", str(photograph), "--models", str(folder))

    def portrait(self, *words: str) -> tuple[dict, list[bytes]]:
        folder = self.folder / "-".join(words)
        self.run_program(*self.words, "--output-dir", str(folder), *words)
        return json.loads((folder / "portrait.json").read_text()), [(folder / name).read_bytes() for name in PICTURES]

    def test_every_delegate_makes_the_same_pictures(self) -> None:
        expected, pictures = self.portrait("--delegate", "cpu")
        self.assertGreater(expected["score"], 0.8)
        for delegate in ("opencl", "vulkan", "auto"):
            strategies = ("optimal",) if delegate == "auto" else ("greedy", "optimal")
            for strategy in strategies:
                with self.subTest(delegate=delegate, strategy=strategy):
                    found, own = self.portrait("--delegate", delegate, "--strategy", strategy)
                    if strategy == "greedy":
                        for step in found["steps"]:
                            self.assertIn(f"{delegate} ", step["partitions"])
                    self.assertAlmostEqual(found["score"], expected["score"], places=3)
                    self.assertAlmostEqual(found["mask_share"], expected["mask_share"], places=3)
                    for one, other in zip(found["landmarks"], expected["landmarks"], strict=True):
                        self.assertAlmostEqual(one[0], other[0], delta=0.05)
                        self.assertAlmostEqual(one[1], other[1], delta=0.05)
                    for one, other in zip(own, pictures, strict=True):
                        if one == other:
                            continue
                        samples = pixels(other)
                        different = [abs(a - b) for a, b in zip(pixels(one), samples, strict=True) if a != b]
                        self.assertLessEqual(len(different), len(samples) // 2000)
                        self.assertLessEqual(max(different, default=0), 2)

    def test_a_strategy_that_is_none_is_answered_with_the_list(self) -> None:
        self.assertIn("greedy", self.fails(*self.words, "--output-dir", str(self.folder), "--strategy", "best"))


if __name__ == "__main__":
    unittest.main()
