"""The small convergence test; `make soak` runs the large one."""

import os

from tests.soak.play import SMALL, Network


async def test_instances_hold_the_same_after_kills_cuts_corrections_and_withdrawals(tmp_path):
    network = Network(tmp_path, SMALL, seed=os.getpid())
    outcome = await network.play()
    logs = "\n".join(f"--- {log.parent.name}\n{log.read_text()[-3000:]}" for log in sorted(tmp_path.glob("*/log.txt")))
    assert outcome.apart == [], logs
    assert outcome.articles > SMALL.instances
    assert outcome.pushes
    assert "Traceback" not in logs
