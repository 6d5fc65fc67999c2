#!/usr/bin/env python3
"""Writes what tells whether a digit was in the training set, without the digits themselves.

The file holds the first 8 bytes of the SHA-256 of each training digit's 28 x 28 uint8 pixels, sorted, so that a digit can
be compared pixel by pixel with those that training saw.
"""

from __future__ import annotations

import argparse
import hashlib
import pathlib

import mnist

HASH_BYTES = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of the idx files")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the file to write")
    options = parser.parse_args()
    digits, _ = mnist.read_digits(options.data, "train")
    hashes = sorted(hashlib.sha256(digit.tobytes()).digest()[:HASH_BYTES] for digit in digits)
    options.out.write_bytes(b"".join(hashes))
    print(f"{len(hashes)} digits")


if __name__ == "__main__":
    main()
