"""`make soak`: the large convergence test. `python -m tests.soak [SEED] [--small]`; exit code 1 when the instances stay apart."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import click

from tests.soak.play import LARGE, SMALL, Network


@click.command()
@click.argument("seed", type=int, default=lambda: int(time.time()))
@click.option("--small", is_flag=True)
def main(seed: int, *, small: bool) -> None:
    size = SMALL if small else LARGE
    click.echo(f"{size.instances} instances, {size.seconds:g} s of actions, seed {seed} …")
    # Ten services that wait for one disk at each file would be a test of the disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        network = Network(Path(folder), size, seed)
        outcome = asyncio.run(network.play())
        faults = [
            line
            for log in Path(folder).glob("*/log.txt")
            for line in log.read_text().splitlines()
            if "Traceback" in line
        ]
    said = ", ".join(f"{count} × {action}" for action, count in sorted(outcome.actions.items()))
    click.echo(f"{said}; {outcome.articles} articles, {outcome.withdrawn} withdrawn; {len(faults)} faults in the logs")
    click.echo(f"{outcome.pushes} pushes; waited {outcome.seconds:.1f} s for all to be alike")
    for sentence in outcome.apart[:40]:
        click.echo(f"  {sentence}")
    sys.exit(bool(outcome.apart or faults))


if __name__ == "__main__":
    main()
