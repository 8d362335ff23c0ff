"""Runs the benchmarks, prints a table and writes benchmarks/results.json: `python -m benchmarks [NAME …]`."""

import dataclasses
import importlib
import json
import pkgutil
import sys
from pathlib import Path

from benchmarks.result import Result

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.json"


def main(wanted: list[str]) -> int:
    """Exit code 1 when a bar is missed, 2 for a name that is none."""
    results: list[Result] = []
    for name in wanted or sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)])):
        try:
            measure = getattr(importlib.import_module(f"benchmarks.{name}"), "measure", None)
        except ModuleNotFoundError as error:
            if error.name != f"benchmarks.{name}":
                raise
            print(f"There is no benchmark {name}.", file=sys.stderr)
            return 2
        if measure is not None:
            print(f"{name} …", file=sys.stderr, flush=True)
            results += measure()
    print_table(results)
    write(results, keep_others=bool(wanted))
    return 0 if all(result.holds for result in results) else 1


def print_table(results: list[Result]) -> None:
    width = max((len(result.name) for result in results), default=0)
    for result in results:
        print(
            f"{result.name:<{width}}  {result.value:>10.3g}  {result.bar:<8}  {'holds' if result.holds else 'MISSED'}"
        )


def write(results: list[Result], *, keep_others: bool) -> None:
    """`keep_others`: the results of earlier runs stay under their names when only some benchmarks ran."""
    rows = {row["name"]: row for row in json.loads(RESULTS.read_text())} if keep_others and RESULTS.exists() else {}
    rows |= {result.name: dataclasses.asdict(result) for result in results}
    RESULTS.write_text(json.dumps(list(rows.values()), indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
