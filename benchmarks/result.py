from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One measured value and the bar it has to meet, in words ("≥ 0.85")."""

    name: str
    value: float
    bar: str
    holds: bool


def at_least(name: str, value: float, bar: float) -> Result:
    return Result(name, value, f"≥ {bar:g}", value >= bar)


def at_most(name: str, value: float, bar: float) -> Result:
    return Result(name, value, f"≤ {bar:g}", value <= bar)
