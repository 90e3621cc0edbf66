"""Judge many submissions with workers; a worker that dies takes nothing with it.

A worker judges one submission at a time, so that of one that dies it is known which submission it had.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context, parent_process
from typing import Protocol, Self

from autograder.judging.judge import Job, Judged, given_up
from autograder.judging.places import work
from autograder.sandbox.process import prepare_one


class WorkerDied(Exception):
    """The process that judged a submission ended before it had a result."""


class Workers(Protocol):
    """Where submissions are judged: processes of this machine (`LocalWorkers`) or of a cluster (`judging.cluster`)."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type | None, *_: object) -> None: ...

    def idle(self) -> int:
        """How many could take a job; at least one, unless all are busy."""

    def start(self, job: Job) -> None:
        """Give the job to an idle worker."""

    def ended(self) -> list[tuple[Job, Judged | BaseException]]:
        """The jobs that have ended since, one at least.

        One has an exception if the judge failed, `WorkerDied` if the worker ended with it.
        """


def judge_all(jobs: Iterable[Job], workers: Workers) -> Iterator[Judged]:
    """The jobs judged, as they get ready; hardly more of them are in memory than there are workers.

    What a dying worker leaves is judged once more by another; who makes that one die too gets nothing, and the rest go
    on.
    """
    waiting, again, failed = iter(jobs), deque[Job](), set[str]()
    ready: list[Judged] = []
    under_way, following = 0, None
    while True:
        while (following := following or (again.popleft() if again else next(waiting, None))) and workers.idle():
            workers.start(following)
            under_way, following = under_way + 1, None
        yield from ready
        if not under_way:
            return
        ready = []
        for job, outcome in workers.ended():
            under_way -= 1
            if isinstance(outcome, Judged):
                ready.append(outcome)
            elif job.student in failed:
                ready.append(
                    given_up(
                        job, f"It made the grader itself fail, twice ({type(outcome).__name__}). Ask your instructor."
                    )
                )
            else:
                failed.add(job.student)
                again.append(job)


class LocalWorkers:
    """Processes of this machine that end with this one, however it ends."""

    def __init__(self, count: int, *, unsafe: bool = False, isolation: str = ""):
        self._count, self._asked = count, (unsafe, isolation)
        self._idle: list[ProcessPoolExecutor] = []
        self._busy: dict[Future[Judged], tuple[ProcessPoolExecutor, Job]] = {}
        self._beginning: list[Future[None]] | None = None

    def begin(self) -> None:
        """Start the processes, which have much to import. Otherwise they start when there is something to judge."""
        if self._beginning is None:
            self._idle = [_process() for _ in range(self._count)]
            self._beginning = [worker.submit(_get_ready, *self._asked) for worker in self._idle]

    def require(self) -> None:
        """Begin, and wait until students' processes can be started; `NoSandbox` if they cannot."""
        self.begin()
        while self._beginning:
            try:
                self._beginning.pop().result()
            except BrokenProcessPool:  # it died with nothing to do, and is replaced when it gets a job
                continue

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        if kind:
            for process in active_children():
                process.kill()
        for worker in (*self._idle, *(worker for worker, _ in self._busy.values())):
            worker.shutdown()

    def idle(self) -> int:
        self.require()
        return len(self._idle)

    def start(self, job: Job) -> None:
        worker = self._idle.pop()
        try:
            future = worker.submit(work, job)
        except BrokenProcessPool:  # it had died with nothing to do
            worker = _process()
            future = worker.submit(work, job)
        self._busy[future] = worker, job

    def ended(self) -> list[tuple[Job, Judged | BaseException]]:
        jobs = []
        for future in wait(self._busy, return_when=FIRST_COMPLETED).done:
            worker, job = self._busy.pop(future)
            error = future.exception()
            died = isinstance(error, BrokenProcessPool)
            self._idle.append(_process() if died else worker)
            jobs.append((job, WorkerDied() if died else error or future.result()))
        return jobs


def _get_ready(unsafe: bool, isolation: str) -> None:
    """In the worker: see that a student's process can be started, and keep what the first one needs."""
    if not unsafe:
        prepare_one(isolation)


def _process() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=_end_with_parent, initargs=(os.getpid(),)
    )


def _end_with_parent(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends the workers
    if sys.platform != "linux":
        _follow_parent()
        return
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os._exit(1)  # it had ended before


def _follow_parent() -> None:
    """End with the process that started this one, where the kernel does not see to it."""
    parent = parent_process()
    if parent is None:
        return

    def wait_for_its_end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait_for_its_end, daemon=True).start()
