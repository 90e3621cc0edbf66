"""Judge submissions on a Dask cluster: other processes and machines, found through a scheduler's address.

Submissions go there and results come back as bytes; nothing is written but here. Each submission is pinned to one
worker, which judges no other meanwhile. So it is known which submission a worker had when it died, whatever the
scheduler's own rules for failures are.
"""

from __future__ import annotations

import logging
import platform
import queue
import sys
import time
from collections.abc import Collection, Mapping
from importlib.metadata import version
from typing import Any

from autograder import CannotProceed
from autograder.checking.loading import Hidden
from autograder.judging import fingerprint
from autograder.judging.judge import Job, Judged
from autograder.judging.places import work
from autograder.judging.pool import WorkerDied
from autograder.sandbox.process import require_sandbox

try:
    import distributed
except ImportError:
    raise CannotProceed(
        "--scheduler needs Dask, which is not installed here. Install missingsum-instructor with its extra: "
        "pip install 'missingsum-instructor[cluster]'"
    ) from None

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""How long a worker may take to say what is installed on it."""
LOOK_SECONDS = 0.5
"""How often to see which workers there are."""
RETURN_SECONDS = 60.0
"""How long to wait for a worker when the last one has gone."""
HOW_TO_START = (
    "Start some on machines that the instructor's package is installed on: "
    "dask worker {address} --nthreads 1 --nworkers N"
)


class ClusterFailed(CannotProceed):
    """The cluster cannot be used; the message says why and what to do."""


def facts(assignment: str, hidden: Hidden, unsafe: bool) -> dict[str, object]:
    """What decides on results where this runs, and what keeps it from grading ("" if nothing)."""
    try:
        if not unsafe:
            require_sandbox()
        problem = ""
    except CannotProceed as error:
        problem = str(error)
    versions = {name: version(name) for name in fingerprint.COMPUTING}
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **versions,
        "fingerprints": dict(fingerprint.of_functions(assignment, hidden)),
        "problem": problem,
    }


class ClusterWorkers:
    """The workers of the Dask scheduler at ``address``, ``tcp://host:port`` or ``tls://host:port``.

    `ClusterFailed` if it has none that fit.
    """

    def __init__(self, address: str, assignment: str, hidden: Hidden = Hidden(), *, unsafe: bool = False):
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._address, self._asked = address, (assignment, hidden, unsafe)
        self._here = facts(assignment, hidden, unsafe=True)
        self._known: dict[str, str] = {}
        self._alive: set[str] = set()
        self._busy: dict[distributed.Future, tuple[str, Job]] = {}
        self._ended: queue.SimpleQueue[distributed.Future] = queue.SimpleQueue()
        self._next_look = 0.0
        try:
            self._client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, TypeError, ValueError, RuntimeError) as error:
            raise ClusterFailed(
                f"no Dask scheduler answers at {address} ({error}). Start one with 'dask scheduler', "
                "and see that its port can be reached from here; "
                "tls:// also needs the certificates in Dask's configuration."
            ) from None
        try:
            self._require_workers()
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> ClusterWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        for future in self._busy:
            future.cancel()
        self._client.close()

    def idle(self) -> int:
        if not self._busy:
            self._wait_for_a_worker()
        return len(self._free())

    def start(self, job: Job) -> None:
        worker = self._free().pop()
        future = self._client.submit(work, job, workers=[worker], allow_other_workers=False, pure=False, retries=0)
        self._busy[future] = worker, job
        future.add_done_callback(self._ended.put)

    def ended(self) -> list[tuple[Job, Judged | BaseException]]:
        while True:
            try:
                future = self._ended.get(timeout=max(0.0, self._next_look - time.monotonic()))
            except queue.Empty:
                if lost := self._lost():
                    return [(job, WorkerDied()) for job in lost]
                continue
            if future in self._busy:
                _, job = self._busy.pop(future)
                return [(job, _outcome(future, CONNECT_SECONDS))]

    def _free(self) -> set[str]:
        return self._alive - {worker for worker, _ in self._busy.values()}

    def _lost(self) -> list[Job]:
        """The jobs whose worker has gone."""
        self._look()
        jobs = []
        for future, (worker, job) in list(self._busy.items()):
            if worker not in self._alive:
                del self._busy[future]
                future.cancel()
                jobs.append(job)
        return jobs

    def _look(self) -> None:
        """See which workers there are. Of those that are new, the ones that do not fit are named and left alone."""
        found = self._workers()
        for worker, why in self._examine(found - self._known.keys()).items():
            self._known[worker] = why
            if why:
                print(f"worker {worker} is not used: {why}", file=sys.stderr)
        self._alive = {worker for worker in found if not self._known[worker]}
        self._next_look = time.monotonic() + LOOK_SECONDS

    def _workers(self) -> set[str]:
        """The addresses of all workers."""
        try:
            if self._client.status == "running":
                return set(self._client.scheduler_info()["workers"])
        except (OSError, TimeoutError):
            pass
        raise ClusterFailed(
            f"the scheduler at {self._address} has gone. What was graded is recorded; "
            "run the command again for the rest."
        )

    def _require_workers(self) -> None:
        found = self._workers()
        if not found:
            raise ClusterFailed(
                f"the scheduler at {self._address} has no workers. {HOW_TO_START.format(address=self._address)}"
            )
        self._known = self._examine(found)
        if unfit := {worker: why for worker, why in self._known.items() if why}:
            raise ClusterFailed(
                "\n".join(
                    f"worker {worker} would not judge as this machine does: {why}" for worker, why in unfit.items()
                )
            )
        self._look()

    def _wait_for_a_worker(self) -> None:
        deadline = time.monotonic() + RETURN_SECONDS
        self._look()
        while not self._alive:
            if time.monotonic() > deadline:
                raise ClusterFailed(
                    f"the scheduler at {self._address} has had no worker for {RETURN_SECONDS:g} s. "
                    f"What was graded is recorded; run the command again for the rest. "
                    f"{HOW_TO_START.format(address=self._address)}"
                )
            time.sleep(LOOK_SECONDS)
            self._look()

    def _examine(self, workers: Collection[str]) -> dict[str, str]:
        """Worker → why it does not fit, "" if it does."""
        futures = {
            worker: self._client.submit(facts, *self._asked, workers=[worker], allow_other_workers=False, pure=False)
            for worker in workers
        }
        return {worker: misfit(self._here, _outcome(future, ANSWER_SECONDS)) for worker, future in futures.items()}


def misfit(here: Mapping[str, object], there: Mapping[str, object] | BaseException) -> str:
    """Why a machine with these `facts` would not judge as one with those, "" if it would."""
    if not isinstance(there, Mapping):
        return (
            f"it cannot say what is installed there ({type(there).__name__}: {there}). "
            "Install the instructor's package of this checkout on it, with its extra [cluster], and start it again"
        )
    for name in here.keys() - {"fingerprints", "problem"}:
        if there.get(name) != here[name]:
            return (
                f"it has {name} {there.get(name)}, and this machine has {here[name]}. "
                "Install the same and start it again"
            )
    if there["fingerprints"] != here["fingerprints"]:
        return (
            "its course packages are not those of this checkout. "
            "Build them here, install them there, and start it again"
        )
    return str(there["problem"])


def _outcome(future: distributed.Future, seconds: float) -> Any:
    """The result, or the exception in place of one."""
    try:
        return future.result(timeout=seconds)
    except distributed.KilledWorker:
        return WorkerDied()
    except Exception as error:  # that of the worker, or of a connection that broke
        return error
