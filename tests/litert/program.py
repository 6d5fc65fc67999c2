"""Runs the trireme program as its users do: files in, files and JSON out."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import subprocess

import numpy

SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")


class Crashed(Exception):
    """An exit code other than 0 and 1: nothing that a file says may cause that."""


class Refusal(Exception):
    """Exit code 1; the text is the program's sentence."""


@dataclasses.dataclass
class Answer:
    outputs: list[numpy.ndarray]
    names: list[str]
    dumps: dict[str, numpy.ndarray]
    document: dict


def safe_name(name: str) -> str:
    return "".join(c if c in SAFE else "_" * len(c.encode()) for c in name)[:100]


def batches(names: list[str], limit: int = 400) -> list[list[str]]:
    """Names in groups whose dumps do not overwrite each other: file names are cut at 100 characters."""
    groups: list[dict[str, str]] = []
    for name in names:
        for group in groups:
            if safe_name(name) not in group and len(group) < limit:
                group[safe_name(name)] = name
                break
        else:
            groups.append({safe_name(name): name})
    return [list(g.values()) for g in groups]


class Program:
    def __init__(self, path: pathlib.Path, timeout: float = 1200):
        self._path = path
        self._timeout = timeout

    def _call(self, arguments: list[str]) -> str:
        done = subprocess.run([str(self._path), *arguments], capture_output=True, timeout=self._timeout, check=False)
        message = done.stderr.decode(errors="replace").strip()
        if done.returncode == 1:
            raise Refusal(message)
        if done.returncode != 0:
            raise Crashed(f"exit code {done.returncode}: {message[-300:]}")
        return done.stdout.decode(errors="replace")

    def version(self) -> str:
        return self._call(["--version"]).split()[-1]

    def machine(self) -> dict:
        return json.loads(self._call(["devices", "--quiet", "--json"]))["machine"]

    def inspect(self, model: pathlib.Path) -> dict:
        return json.loads(self._call(["inspect", str(model), "--quiet", "--json"]))

    def explain(self, model: pathlib.Path) -> dict:
        return json.loads(self._call(["explain", str(model), "--quiet", "--json"]))

    def zoo(self) -> list[dict]:
        return json.loads(self._call(["zoo", "--quiet", "--json"]))["networks"]

    def random(self, model: pathlib.Path) -> None:
        """One run on inputs of the program's own making."""
        self._call(["run", str(model), "--quiet", "--random", "0"])

    def run(self, model: pathlib.Path, inputs: list[numpy.ndarray] | dict[str, numpy.ndarray], folder: pathlib.Path,
            dumps: list[str] | None = None, signature: str = "") -> Answer:
        """Inputs by position, or by name with a signature. `folder` is emptied of what the run wrote."""
        folder.mkdir(parents=True, exist_ok=True)
        arguments = ["run", str(model), "--quiet", "--json", str(folder / "run.json"), "--output-dir", str(folder)]
        named = inputs.items() if isinstance(inputs, dict) else enumerate(inputs)
        for number, (key, array) in enumerate(named):
            numpy.save(folder / f"input{number}.npy", numpy.ascontiguousarray(array))
            arguments += ["--input", f"{key}=@{folder / f'input{number}.npy'}"]
        for name in dumps or []:
            arguments += [f"--dump={name}"]
        if signature:
            arguments += ["--signature", signature]
        try:
            self._call(arguments)
            document = json.loads((folder / "run.json").read_text())
            outputs = [numpy.load(entry["file"]) for entry in document["outputs"]]
            read = {entry["name"]: numpy.load(entry["file"]) for entry in document.get("dumps", [])}
            return Answer(outputs, [entry["name"] for entry in document["outputs"]], read, document)
        finally:
            for file in folder.iterdir():
                file.unlink()
