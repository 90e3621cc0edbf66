"""Judge many submissions in worker processes; a worker that dies takes nothing with it."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from multiprocessing import active_children, get_context

from autograder.judge import Job, Judged, judge


def judge_all(jobs: Iterable[Job], workers: int) -> Iterator[Judged]:
    """The jobs judged, as they get ready. No more than twice ``workers`` are in memory at once.

    What a dying worker leaves is judged once more, each alone; who makes it die again gets nothing, and the rest go on.
    """
    waiting = iter(jobs)
    while True:
        unfinished: list[Job] = []
        yield from _judge_until_a_worker_dies(waiting, workers, unfinished)
        if not unfinished:
            return
        yield from map(_judge_alone, unfinished)


def _judge_until_a_worker_dies(waiting: Iterator[Job], workers: int, unfinished: list[Job]) -> Iterator[Judged]:
    """What gets judged before that; the jobs that were under way then are added to ``unfinished``."""
    running: dict[Future[Judged], Job] = {}
    with _pool(workers) as pool:
        while not unfinished:
            for job in islice(waiting, 2 * workers - len(running)):
                try:
                    running[pool.submit(judge, job)] = job
                except BrokenProcessPool:
                    unfinished.append(job)
            if not running:
                break
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                if future.exception() is None:
                    yield future.result()
                else:
                    unfinished.append(job)
    unfinished += running.values()


def _judge_alone(job: Job) -> Judged:
    with _pool(1) as pool:
        try:
            return pool.submit(judge, job).result()
        except Exception as error:
            return judge(replace(job, unreadable=f"It made the grader itself fail, twice ({type(error).__name__}). Ask your instructor."))


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Worker processes that end with this one, however it ends."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent, initargs=(os.getpid(),))
    try:
        yield pool
    except BaseException:
        for worker in active_children():
            worker.kill()
        raise
    finally:
        pool.shutdown()


def _end_with_parent(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends the workers
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)  # it had ended before
