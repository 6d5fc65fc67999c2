"""The four classes of comparison. A class is named, never a tolerance of a test's own.

(a) integers: bit for bit. (b) float: every element within 1e-4 of the tensor's largest absolute value, or within twice
the spread that LiteRT's own ways have among themselves. (c) hybrid: relative L2 distance at most 1 %.
(d) mixed: integers by (a), what follows by (b).
"""

from __future__ import annotations

import dataclasses

import numpy

FLOAT_BOUND = 1e-4
HYBRID_BOUND = 1e-2
HYBRID_OPERATOR_BOUND = 1e-6


@dataclasses.dataclass
class Finding:
    """How far one tensor is from the oracle's."""
    ok: bool
    largest: float = 0.0   # absolute difference; codes for integers
    relative: float = 0.0  # to the largest absolute value; class c: L2
    mismatches: int = 0    # elements outside the bound
    elements: int = 0
    why: str = ""

    def sentence(self) -> str:
        return self.why or (f"{self.mismatches} of {self.elements} elements, largest {self.largest:.3g}, "
                            f"relative {self.relative:.3g}")


def _same_form(ours: numpy.ndarray, oracle: numpy.ndarray) -> str:
    if ours.dtype != oracle.dtype:
        return f"type {ours.dtype} instead of {oracle.dtype}"
    if ours.shape != oracle.shape:
        return f"shape {list(ours.shape)} instead of {list(oracle.shape)}"
    return ""


def compare_exact(ours: numpy.ndarray, oracle: numpy.ndarray) -> Finding:
    wrong = _same_form(ours, oracle)
    if wrong:
        return Finding(False, why=wrong)
    different = ours != oracle
    count = int(numpy.count_nonzero(different))
    largest = 0.0
    if count:
        largest = float(numpy.max(numpy.abs(ours[different].astype(numpy.float64) -
                                            oracle[different].astype(numpy.float64))))
    peak = float(numpy.max(numpy.abs(oracle.astype(numpy.float64)))) if oracle.size else 0.0
    return Finding(count == 0, largest, largest / peak if peak else largest, count, oracle.size)


def _apart(left: numpy.ndarray, right: numpy.ndarray) -> numpy.ndarray:
    """Absolute differences in double; what is the same NaN or infinity is 0 apart, one of them alone infinitely."""
    with numpy.errstate(all="ignore"):
        apart = numpy.abs(left.astype(numpy.float64) - right.astype(numpy.float64))
    same = (left == right) | (numpy.isnan(left) & numpy.isnan(right))
    apart[same] = 0
    apart[numpy.isnan(apart)] = numpy.inf
    return apart


def _peak(values: numpy.ndarray) -> float:
    finite = numpy.abs(values[numpy.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0


def compare_float(ours: numpy.ndarray, oracles: list[numpy.ndarray], bound: float = FLOAT_BOUND) -> Finding:
    """`oracles`: LiteRT's ways on the same input, the reference resolver first."""
    wrong = _same_form(ours, oracles[0])
    if wrong:
        return Finding(False, why=wrong)
    if not oracles[0].size:
        return Finding(True)
    spread = 0.0
    for i, left in enumerate(oracles):
        spread = max([spread] + [float(_apart(left, right).max()) for right in oracles[i + 1:]])
    apart = _apart(ours, oracles[0])
    peak, largest = _peak(oracles[0]), float(apart.max())
    limit = max(bound * peak, 2 * spread if numpy.isfinite(spread) else 0)
    count = int(numpy.count_nonzero(apart > limit))
    return Finding(count == 0, largest, largest / peak if peak else largest, count, ours.size)


def compare_hybrid(ours: numpy.ndarray, oracle: numpy.ndarray) -> Finding:
    wrong = _same_form(ours, oracle)
    if wrong:
        return Finding(False, why=wrong)
    apart = _apart(ours, oracle)
    norm = float(numpy.sqrt(numpy.sum(oracle.astype(numpy.float64) ** 2)))
    distance = float(numpy.sqrt(numpy.sum(apart ** 2)))
    relative = distance / norm if norm else distance
    ok = relative <= HYBRID_BOUND
    return Finding(ok, float(apart.max()) if apart.size else 0.0, relative, 0 if ok else ours.size, ours.size)
