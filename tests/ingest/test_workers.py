"""Parse workers, with real processes."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from syndicator.config import ArticleRules
from syndicator.ingest.workers import Workers
from syndicator.model import Failed, Label, Parse
from tests.ingest import jobs
from tests.support import warm
from tests.support.waiting import until


@pytest.fixture(scope="module", autouse=True)
def _without_the_shared_worker():
    warm.end()


@pytest.fixture
async def workers():
    made = Workers(2)
    yield made
    await made.close()


def children():
    """The processes that were started by this one and have not ended, or were not cleared away."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it has ended meanwhile
            found |= {int(pid) for pid in (thread / "children").read_text().split()}
    return found


async def none_left(seconds=5.0):
    async with asyncio.timeout(seconds):
        while children():
            await asyncio.sleep(0.01)


# ---------------------------------------------------------------- results


async def test_a_function_runs_in_another_process(workers):
    assert await workers.run(Parse(jobs.add, (1, 2, 3))) == 6
    assert await workers.run(Parse(jobs.identify, ())) != os.getpid()


async def test_what_travels_is_values_of_the_project(workers):
    rules, label = ArticleRules(title="h1", remove=(".share",)), Label("tag", "Vielfalt")
    assert await workers.run(Parse(jobs.say, (rules, label))) == (rules, label)


async def test_pages_of_megabytes_travel_too(workers):
    assert await workers.run(Parse(jobs.measure, (bytes(8_000_000),))) == 8_000_000
    assert len(await workers.run(Parse(jobs.swell, (8_000_000,)))) == 8_000_000


async def test_a_failure_that_a_parser_returns_is_handed_on(workers):
    failed = Failed("empty", "The list holds no article.")
    assert await workers.run(Parse(jobs.say, (failed, ""))) == (failed, "")


async def test_a_warm_worker_is_used_again(workers):
    assert len({await workers.run(Parse(jobs.identify, ())) for _ in range(5)}) == 1


async def test_many_jobs_share_two_processes_and_come_back_to_who_asked(workers):
    answers = await asyncio.gather(*(workers.run(Parse(jobs.dawdle, (0.005, name))) for name in range(20)))
    assert [name for name, _ in answers] == list(range(20))
    assert len({pid for _, pid in answers}) == 2
    assert len(children()) == 2


async def test_jobs_are_served_in_the_order_in_which_they_come():
    workers, order = Workers(1), []

    async def run(name):
        order.append((await workers.run(Parse(jobs.dawdle, (0.01, name))))[0])

    await asyncio.gather(*(run(name) for name in range(6)))
    await workers.close()
    assert order == list(range(6))


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        KeyError("x"),
        OverflowError(),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"),
        OSError(2, "x"),
        SystemError(),
    ],
)
async def test_an_exception_is_a_failure_that_names_it(workers, error, caplog):
    result = await workers.run(Parse(jobs.raise_it, (error,)))
    assert (result.kind, type(error).__name__ in result.reason) == ("unreadable", True)
    assert "in raise_it" in caplog.text
    assert "Traceback" in caplog.text


async def test_an_exception_that_cannot_be_pickled_is_a_failure_too(workers, caplog):
    caplog.set_level("CRITICAL")  # what its message holds is beyond what a report of the tests can carry
    result = await workers.run(Parse(jobs.raise_own, ()))
    assert "OwnError" in result.reason


async def test_a_result_that_cannot_be_pickled_is_a_failure(workers):
    assert (await workers.run(Parse(jobs.a_lambda, ()))).kind == "unreadable"
    assert await workers.run(Parse(jobs.add, (1,))) == 1


async def test_endless_recursion_is_a_failure(workers):
    assert "RecursionError" in (await workers.run(Parse(jobs.nest, (0,)))).reason


async def test_more_memory_than_allowed_is_a_failure_and_the_next_job_gets_a_fresh_process():
    workers = Workers(1, memory=64 * 2**20)
    before = await workers.run(Parse(jobs.identify, ()))
    assert await workers.run(Parse(jobs.eat, (8 * 2**20,))) == 8 * 2**20
    result = await workers.run(Parse(jobs.eat, (128 * 2**20,)))
    assert result == Failed("unreadable", "Reading this would take more than 64 MiB of memory.")
    assert await workers.run(Parse(jobs.identify, ())) != before
    await workers.close()


async def test_each_job_may_compute_for_so_long_and_no_longer():
    workers = Workers(1, cpu=1)
    pids = {await workers.run(Parse(jobs.compute_for, (0.4,))) for _ in range(3)}
    assert len(pids) == 1
    result = await workers.run(Parse(jobs.compute_for, (60,)))
    assert result == Failed("unreadable", "Reading this took more than 1 seconds of computing and was stopped.")
    assert await workers.run(Parse(jobs.add, (1,))) == 1
    await workers.close()


async def test_a_job_that_only_sleeps_is_given_up():
    workers = Workers(1, wall=0.5)
    await workers.run(Parse(jobs.add, ()))
    result = await workers.run(Parse(jobs.dawdle, (60, "")))
    assert result == Failed("unreadable", "Reading this took more than 0.5 seconds and was given up.")
    assert await workers.run(Parse(jobs.add, (1,))) == 1
    await workers.close()


async def test_a_result_that_is_too_large_is_a_failure():
    workers = Workers(1, largest=2**20)
    result = await workers.run(Parse(jobs.swell, (2**20,)))
    assert result == Failed("unreadable", "What was read of this is larger than 1 MiB.")
    assert len(await workers.run(Parse(jobs.swell, (1000,)))) == 1000
    await workers.close()


@pytest.mark.parametrize(
    ("function", "argument", "word"),
    [(jobs.die, signal.SIGSEGV, "SIGSEGV"), (jobs.die, 9, "SIGKILL"), (jobs.leave, 3, "exit code 3")],
)
async def test_a_crash_costs_its_own_job_only(workers, function, argument, word):
    others = [asyncio.create_task(workers.run(Parse(jobs.dawdle, (0.02, name)))) for name in range(6)]
    result = await workers.run(Parse(function, (argument,)))
    assert (result.kind, word in result.reason) == ("unreadable", True)
    assert [(await other)[0] for other in others] == list(range(6))


async def test_what_a_library_prints_stays_out_of_the_way(workers):
    assert await workers.run(Parse(jobs.chatter, ("Hallo\n" * 20_000,))) == "Hallo\n" * 20_000
    assert await workers.run(Parse(jobs.add, (1,))) == 1


async def test_a_job_cannot_read_the_next_one(workers):
    assert await workers.run(Parse(jobs.read_everything, ())) == (b"", "")


async def test_a_worker_knows_no_secrets_and_is_not_meant_by_ctrl_c(workers, monkeypatch):
    monkeypatch.setenv("SYNDICATOR_ADMIN", "geheim")
    environment, _, on_interrupt, own_session = await workers.run(Parse(jobs.look_around, ()))
    assert "geheim" not in environment.values()
    assert on_interrupt == signal.SIG_IGN
    assert own_session


async def test_modules_of_the_working_folder_do_not_stand_in_for_others(workers, tmp_path, monkeypatch):
    (tmp_path / "pickle.py").write_text("raise SystemExit('the wrong pickle')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys, "path", [folder for folder in sys.path if folder not in ("", ".")] + [str(Path(__file__).parents[2])]
    )
    assert await workers.run(Parse(jobs.add, (1,))) == 1


# ---------------------------------------------------------------- coming and going


async def test_no_process_is_started_before_there_is_work():
    workers = Workers(2)
    assert not children()
    await workers.close()


async def test_idle_workers_end_and_new_work_starts_new_ones():
    workers = Workers(2, idle=0.05)
    first = await asyncio.gather(*(workers.run(Parse(jobs.dawdle, (0.05, name))) for name in range(2)))
    await none_left()
    assert (await workers.run(Parse(jobs.identify, ()))) not in {pid for _, pid in first}
    await workers.close()


async def test_work_keeps_a_worker_from_ending():
    workers = Workers(1, idle=0.1)
    pid = await workers.run(Parse(jobs.identify, ()))
    assert await workers.run(Parse(jobs.dawdle, (0.3, "a"))) == ("a", pid)
    await workers.close()


async def test_an_idle_worker_that_somebody_killed_is_replaced(workers):
    pid = await workers.run(Parse(jobs.identify, ()))
    (idle,) = workers._idle
    os.kill(pid, signal.SIGKILL)
    await idle.process.wait()
    assert await workers.run(Parse(jobs.add, (1,))) == 1


async def test_a_job_that_nobody_waits_for_any_more_is_ended(workers):
    task = asyncio.create_task(workers.run(Parse(jobs.dawdle, (60, ""))))
    while not children():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await none_left()
    assert await workers.run(Parse(jobs.add, (1,))) == 1


async def test_closing_ends_running_and_waiting_jobs_and_leaves_no_process():
    workers = Workers(1)
    await workers.run(Parse(jobs.add, ()))
    tasks = [asyncio.create_task(workers.run(Parse(jobs.dawdle, (60, "")))) for _ in range(3)]
    await asyncio.sleep(0.05)
    await workers.close()
    assert not children()
    results = await asyncio.gather(*tasks)
    assert [result.kind for result in results] == ["unreadable"] * 3
    assert all("stopping" in result.reason for result in results)
    await workers.close()
    assert (await workers.run(Parse(jobs.add, ()))).kind == "unreadable"


async def test_one_worker_is_kept_for_as_long_as_that_is_wanted():
    workers = Workers(2, idle=0.02)
    try:
        workers.keep(one=True)
        await asyncio.gather(*(workers.run(Parse(jobs.dawdle, (0.1, ""))) for _ in range(2)))
        await until(lambda: len(children()) == 1)
        await asyncio.sleep(0.1)
        (kept,) = children()
        assert await workers.run(Parse(jobs.identify, ())) == kept
        workers.keep(one=False)
        await none_left()
        assert not workers.is_warm
    finally:
        await workers.close()


async def test_closing_while_a_worker_is_starting_leaves_no_process():
    workers = Workers(2)
    task = asyncio.create_task(workers.run(Parse(jobs.dawdle, (60, ""))))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await workers.close()
    assert (await task).kind == "unreadable"
    assert not children()


PARENT = """
import asyncio, logging
from syndicator.ingest.workers import Workers
from syndicator.model import Parse
from tests.ingest import jobs

async def main():
    workers = Workers(1)
    try:
        print(await workers.run(Parse(jobs.identify, ())), flush=True)
        await workers.run(Parse(jobs.dawdle, ({seconds}, "")))
        await asyncio.sleep(60)
    finally:
        await workers.close()

logging.getLogger("syndicator").setLevel(logging.DEBUG)  # so that workers share the terminal
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("Bye")
"""


def ended(pid):
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.parametrize("seconds", [0, 0.5])
async def test_workers_end_when_their_parent_is_killed(seconds):
    command = [sys.executable, "-c", PARENT.format(seconds=seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as parent:
        worker = int(parent.stdout.readline())
        parent.kill()
    async with asyncio.timeout(10):
        while not ended(worker):
            await asyncio.sleep(0.02)


def test_ctrl_c_leaves_nothing_of_a_worker_on_the_terminal():
    command = [sys.executable, "-c", PARENT.format(seconds=30)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, start_new_session=True, **pipes) as parent:
        worker = int(parent.stdout.readline())
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.communicate(timeout=20) == (b"Bye\n", b"")
    assert ended(worker)


def test_what_reads_feeds_starts_without_the_configuration_which_costs_a_third_of_a_start():
    ask = "import sys, syndicator.ingest.worker, syndicator.ingest.reading.feed; print('syndicator.config' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], cwd=Path(__file__).parents[2], capture_output=True, check=True)
    assert done.stdout == b"False\n"
