"""Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3"), so that every draw is a function of (seed, future, run, step, slot).

This is the plain NumPy twin of the code that `emit_numerics` writes for the kernel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

MULTIPLIER_0, MULTIPLIER_1 = 0xD2511F53, 0xCD9E8D57
WEYL_0, WEYL_1 = 0x9E3779B9, 0xBB67AE85
ROUNDS = 10
_MASK = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


def philox(
    key: int, c0: ArrayLike, c1: ArrayLike, c2: ArrayLike, c3: ArrayLike
) -> tuple[NDArray[np.uint64], ...]:
    """The four 32-bit words (held in uint64) for a 64-bit key and four counters, which broadcast."""
    k0, k1 = key & 0xFFFFFFFF, (key >> 32) & 0xFFFFFFFF
    x0, x1, x2, x3 = (np.asarray(c).astype(np.uint64) & _MASK for c in (c0, c1, c2, c3))
    for _ in range(ROUNDS):
        p0, p1 = x0 * np.uint64(MULTIPLIER_0), x2 * np.uint64(MULTIPLIER_1)
        x0, x1, x2, x3 = (
            (p1 >> _32) ^ x1 ^ np.uint64(k0), p1 & _MASK, (p0 >> _32) ^ x3 ^ np.uint64(k1), p0 & _MASK,
        )
        k0, k1 = (k0 + WEYL_0) & 0xFFFFFFFF, (k1 + WEYL_1) & 0xFFFFFFFF
    return x0, x1, x2, x3


def uniform(
    seed: int, slot: ArrayLike, step: ArrayLike, run: ArrayLike, future: ArrayLike
) -> NDArray[np.float64]:
    """Uniform draws in the open interval (0, 1), for steps from 0: counter (slot, step div 2, run, future).

    One call of Philox serves two steps: the even step takes its first two words, the odd one the others. A draw is
    the upper 52 of the 64 bits, plus a half.
    """
    step = np.asarray(step)
    x0, x1, x2, x3 = philox(seed, slot, step >> 1, run, future)
    odd = (step & 1) == 1
    bits = (np.where(odd, x2, x0) | (np.where(odd, x3, x1) << _32)) >> np.uint64(12)
    return np.asarray((bits.astype(np.float64) + 0.5) * 2.0**-52)


def slots(names: Iterable[str]) -> dict[str, int]:
    """A 32-bit slot for each name, from its hash, so that adding a name leaves the other draws as they were."""
    taken: dict[int, str] = {}
    for name in names:
        salt = 0
        while (slot := _hash32(name, salt)) in taken:
            salt += 1
        taken[slot] = name
    return {name: slot for slot, name in taken.items()}


def _hash32(name: str, salt: int) -> int:
    digest = hashlib.blake2b(f"{name}\0{salt}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")
