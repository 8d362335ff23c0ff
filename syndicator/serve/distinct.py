"""About how many different things were seen, without keeping any of them: HyperLogLog (Flajolet et al., 2007). Pure."""

from math import log

_BITS = 10
REGISTERS = 1 << _BITS
_ALPHA = 0.7213 / (1 + 1.079 / REGISTERS)


class Distinct:
    """A kilobyte, whatever was seen; off by 3 % as a rule, and by next to nothing below a hundred."""

    __slots__ = ("_registers",)

    def __init__(self) -> None:
        self._registers = bytearray(REGISTERS)

    def add(self, value: int) -> None:
        """`value`: 64 bits of a hash."""
        index, rest = value & (REGISTERS - 1), value >> _BITS
        rank = 64 - _BITS - rest.bit_length() + 1
        self._registers[index] = max(self._registers[index], rank)

    def count(self) -> int:
        empty = self._registers.count(0)
        estimate = _ALPHA * REGISTERS**2 / sum(2.0**-rank for rank in self._registers)
        if estimate <= 2.5 * REGISTERS and empty:  # linear counting is better there (4.1)
            estimate = REGISTERS * log(REGISTERS / empty)
        return round(estimate)
