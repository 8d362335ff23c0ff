"""The small convergence test; `make soak` runs the large one."""

import os

from tests.soak.play import SMALL, Network


async def test_instances_hold_the_same_after_kills_cuts_corrections_and_withdrawals(tmp_path):
    network = Network(tmp_path, SMALL, seed=os.getpid())
    outcome = await network.play()
    logs = "\n".join(f"--- {one.number}\n{one.log()[-3000:]}" for one in network.instances)
    assert outcome.apart == [], logs
    assert outcome.articles > SMALL.instances
    assert "Traceback" not in logs
