"""A publisher is killed between any two of its steps: what lies in the folder is owed to subscribers all the same."""

import asyncio
import shutil
import subprocess
import sys

from tests.ingest.web import portal
from tests.support.subscriber import Callback, a_hub
from tests.support.waiting import until

# Forks once for each step: importing takes longer than all the rest. A step is a write to the store, or to a target.
PUBLISH_AND_DIE = """
import asyncio, os, signal, sys
from datetime import datetime, timedelta, UTC
from pathlib import Path
from syndicator import config
from syndicator.store import articles
from syndicator.store.database import Store
from syndicator.workshop import workshop
from tests.support.articles import article

left = 0

def step():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

class Steps:
    def put(self, files): step()
    def remove(self, paths): step()

write = Store.write
async def counted(self, function, *args, **kwargs):
    step()
    done = await write(self, function, *args, **kwargs)
    step()
    return done

async def publish(folder, steps):
    global left
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    async with workshop(config.load(folder / "config.toml"), lambda: now) as shop:
        await shop.store.write(articles.insert, article(99), ("vielfalt",), "d99", (), now)
        shop.targets[:] = [Steps(), *shop.targets, Steps()]
        left, Store.write = steps, counted
        await shop.publisher.publish()

folders = sys.argv[1:]
for steps, folder in enumerate(folders, start=1):
    if not (child := os.fork()):
        asyncio.run(publish(Path(folder), steps))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.WIFSIGNALED(status) and os.WTERMSIG(status), flush=True)
"""
CONFIG = """
[site]
title = "Nachrichten"
url = "https://news.example/"
publisher = "Stadt Dortmund"
contact = "webredaktion@news.example"
[publish]
formats = ["atom"]
[hub]
allow_private = ["127.0.0.0/8"]
"""
STEPS = 24


async def test_killed_at_any_step_subscribers_get_what_was_published(tmp_path):
    folders = [tmp_path / str(number) for number in range(STEPS)]
    async with portal() as site:
        callback = Callback(site)
        folders[0].mkdir()
        async with a_hub(folders[0], CONFIG) as hub:
            await hub.subscribe(callback, topic="https://news.example/feeds/all.atom")
        for folder in folders[1:]:
            shutil.copytree(folders[0], folder)
        command = [sys.executable, "-c", PUBLISH_AND_DIE, *map(str, folders)]
        killed = (await asyncio.to_thread(subprocess.run, command, stdout=subprocess.PIPE, text=True)).stdout.split()
        assert len(killed) == STEPS
        assert killed.count("9") > STEPS // 2, killed
        assert killed[-1] == "False"  # the whole of it has fewer steps
        for folder in folders:
            callback.pushes.clear()
            async with a_hub(
                folder, CONFIG, again=True
            ) as hub:  # publishes what is left to do, as a service does that starts
                await until(lambda hub=hub: callback.bodies[-1:] == [hub.body("all.atom")])
                await hub.idle()
            assert b"Nachricht 99" in callback.bodies[-1]
