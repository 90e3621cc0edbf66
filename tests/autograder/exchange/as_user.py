"""nbgrader's commands as other users of the machine type them, each with a home of its own.

Root becomes another user for each command, by a fork that has all modules loaded already: those users may not be able
to read this Python. Without root's rights all are this user; then only names differ.
"""

from __future__ import annotations

import io
import os
import pwd
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.apps.nbgraderapp import NbGraderApp
from nbgrader.validator import Validator

SEVERAL = os.geteuid() == 0


@dataclass(frozen=True)
class User:
    """One who logs in: the name is what nbgrader takes for the student's id."""

    name: str
    number: int
    home: Path

    @classmethod
    def made(cls, account: str, home: Path) -> User:
        """A user of this account, if that can be, with a new home where nobody else can read."""
        entry = pwd.getpwnam(account) if SEVERAL else pwd.getpwuid(os.getuid())
        home.mkdir()
        home.chmod(0o700)
        if SEVERAL:
            os.chown(home, entry.pw_uid, entry.pw_gid)
        return cls(entry.pw_name, entry.pw_uid, home)

    def does(self, action: Callable[[], object]) -> tuple[int, str]:
        """Do something as this user, at home: the exit status, and what was printed."""
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os._exit(self._act(action, writing))
        os.close(writing)
        with open(reading, errors="replace") as said:
            text = said.read()
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text

    def _act(self, action: Callable[[], object], writing: int) -> int:
        try:
            for descriptor in (1, 2):
                os.dup2(writing, descriptor)
            sys.stdout = sys.stderr = io.TextIOWrapper(io.FileIO(writing, "w"), write_through=True)
            Validator.stream = sys.stdout  # it took the one that there was when it was loaded
            if SEVERAL:
                os.setgroups([])
                os.setgid(pwd.getpwuid(self.number).pw_gid)
                os.setuid(self.number)
            os.umask(0o022)
            os.environ["HOME"] = str(self.home)
            for name in ("DATA", "CONFIG", "RUNTIME"):
                os.environ[f"JUPYTER_{name}_DIR"] = str(self.home / ".jupyter" / name.lower())
            os.chdir(self.home)
            action()
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        except BaseException:
            traceback.print_exc()
            return 1
        return 0

    def nbgrader(self, *arguments: str, where: Path | None = None) -> tuple[int, str]:
        """Run a command of nbgrader: the exit status, and what it said."""

        def command() -> None:
            os.chdir(where or self.home)
            NbGraderApp.clear_instance()
            NbGraderApp.launch_instance(list(arguments))

        return self.does(command)


def accounts(count: int) -> Sequence[str]:
    """Names of accounts that are not root's."""
    return [entry.pw_name for entry in pwd.getpwall() if entry.pw_uid not in (0, os.getuid())][:count]
