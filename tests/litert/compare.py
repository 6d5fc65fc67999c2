#!/usr/bin/env python3
"""Compares trireme with LiteRT on all models and op files of two folders, and keeps the table in docs/.

    compare.py [--models DIR] [--ops DIR] [--written DIR] [--trireme PROGRAM] [--only WORD ...] [--write]

The folders default to TRIREME_TEST_MODELS and TRIREME_TEST_OPS. --written: a folder that rewrite_models.cpp filled:
models/ and ops/ (what our writer makes of the files of --models and --ops) and samples/ (models of our own).
Exit code 4: something does not agree.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import importlib.metadata
import json
import multiprocessing
import os
import pathlib
import platform
import sys
import time

import report
from comparison import Comparison, Row
from program import Program
from seanet import compare_golden, has_golden
from writer_check import compare_written

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=pathlib.Path, default=os.environ.get("TRIREME_TEST_MODELS"))
    parser.add_argument("--ops", type=pathlib.Path, default=os.environ.get("TRIREME_TEST_OPS"))
    parser.add_argument("--written", type=pathlib.Path)
    parser.add_argument("--trireme", type=pathlib.Path, default=ROOT / "build/release/bin/trireme")
    parser.add_argument("--only", action="append", default=[], help="files whose path contains this word; repeatable")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--per-operator", action="store_true", help="each node alone on LiteRT's inputs too")
    parser.add_argument("--resume", type=pathlib.Path, metavar="FILE",
                        help="keeps finished lines there and takes those of the same program and file from it")
    parser.add_argument("--write", action="store_true", help="writes docs/litert_agreement.md")
    return parser.parse_args()


@dataclasses.dataclass
class Job:
    path: pathlib.Path
    name: str
    source: pathlib.Path | None = None  # the file that `path` was rewritten from


def jobs_of(folder: pathlib.Path | None, only: list[str], source: pathlib.Path | None = None) -> list[Job]:
    found = sorted(pathlib.Path(folder).rglob("*.tflite")) if folder else []
    jobs = [Job(p, p.relative_to(folder).as_posix(), source / p.relative_to(folder) if source else None) for p in found]
    return [job for job in jobs if not only or any(word in job.name for word in only)]


def all_jobs(options: argparse.Namespace) -> dict[str, list[Job]]:
    jobs = {"Models": jobs_of(options.models, options.only), "Op files": jobs_of(options.ops, options.only)}
    if options.written:
        jobs["Models of our own, by our writer"] = jobs_of(options.written / "samples", options.only)
        for title, source in (("models", options.models), ("ops", options.ops)):
            if source:
                again = jobs_of(options.written / title, options.only, pathlib.Path(source))
                jobs[f"Shared {title} written again"] = again
    return {title: found for title, found in jobs.items() if found}


def compare(job: Job, program: Program, options: argparse.Namespace) -> Row:
    if job.source:
        return compare_written(job.path, job.source, job.name, program)
    if has_golden(job.path):
        return compare_golden(job.path, job.name, program)
    seeds = [int(s) for s in options.seeds.split(",")]
    return Comparison(job.path, job.name, program, seeds, options.per_operator).run()


def compare_apart(job: Job, program: Program, options: argparse.Namespace) -> Row:
    """In a process of its own: what LiteRT does to a strange file ends that process alone."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.Process(target=lambda: there.send(compare(job, program, options)))
    child.start()
    there.close()
    try:
        row = here.recv()
    except EOFError:
        child.join()
        row = Row(job.name, verdict="not compared", notes=[f"the oracle's process ended with code {child.exitcode}"])
        if child.exitcode == 1:
            row.verdict = "FAILS"
            row.notes = ["the comparison itself failed, see standard error"]
    child.join()
    return row


class Finished:
    """Lines of earlier calls, by the bytes of the program, of the scripts and of the file compared."""

    def __init__(self, path: pathlib.Path | None, program: pathlib.Path, options: argparse.Namespace):
        self._path = path
        self._rows = json.loads(path.read_text()) if path and path.exists() else {}
        own = sorted(pathlib.Path(__file__).parent.glob("*.py"))
        self._common = hashlib.sha256(b"".join(p.read_bytes() for p in [program, *own]) + options.seeds.encode())

    def _key(self, job: Job) -> str:
        digest = self._common.copy()
        digest.update(job.name.encode() + job.path.read_bytes())
        return digest.hexdigest()

    def find(self, job: Job) -> Row | None:
        known = self._rows.get(self._key(job)) if self._path else None
        return Row(**known) if known else None

    def keep(self, job: Job, row: Row) -> None:
        if self._path:
            self._rows[self._key(job)] = dataclasses.asdict(row)
            self._path.write_text(json.dumps(self._rows))


def facts(program: Program) -> dict[str, str]:
    machine = program.machine()
    sets = [s for s in machine["isa"] if s in ("avx2", "avx512f", "avx512_vnni", "amx_int8", "asimddp", "i8mm")]
    return {"trireme": program.version(), "LiteRT": f"ai-edge-litert {importlib.metadata.version('ai-edge-litert')}, "
            f"numpy {importlib.metadata.version('numpy')}, Python {platform.python_version()}",
            "machine": f"{machine['cpu']}, {machine['cores']} cores, {' '.join(sets)}"}


def main() -> int:
    options = arguments()
    program = Program(options.trireme.resolve())
    finished = Finished(options.resume, options.trireme.resolve(), options)
    groups: dict[str, list[Row]] = {}
    begin = time.monotonic()
    for title, jobs in all_jobs(options).items():
        for job in jobs:
            row = finished.find(job) or compare_apart(job, program, options)
            finished.keep(job, row)
            groups.setdefault(title, []).append(row)
            print(report.line(row), flush=True)
    if not groups:
        print("no files: give --models and --ops, or set TRIREME_TEST_MODELS and TRIREME_TEST_OPS", file=sys.stderr)
        return 2
    for title, rows in groups.items():
        print(f"{title}: {report.summary(rows)}")
    print(f"{time.monotonic() - begin:.0f} s")
    if options.write:
        report.write(ROOT / "docs/litert_agreement.md", report.document(groups, facts(program)))
    return 0 if all(row.good() for rows in groups.values() for row in rows) else 4


if __name__ == "__main__":
    sys.exit(main())
