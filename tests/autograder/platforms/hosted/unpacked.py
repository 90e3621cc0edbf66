"""What was packed for a platform, unpacked as the platform does it, and graded in a root without namespaces."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from autograder.cli import main
from autograder.platforms.hosted import running

from . import containers


def autograder(*arguments: object) -> str:
    said = StringIO()
    with redirect_stdout(said):
        assert main([*map(str, arguments)]) == 0
    return said.getvalue()


def unpack(archive: Path, folder: Path) -> None:
    """With the modes, as ``unzip`` does it."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            path = Path(opened.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)


def environment(folder: Path) -> None:
    """An environment that has the packages of this one, which a platform's set-up would have installed."""
    packages = folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (folder / "pyvenv.cfg").write_text(f"home = {sys.base_prefix}/bin\n")
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}"))
    (folder / "bin" / "python3").symlink_to("python")


@dataclass
class Unpacked:
    """A platform's folder, as its container has it: ``place`` is its path there, ``folder`` the one here."""

    place: str
    folder: Path
    command: str
    submission: str
    payload: str
    said: str = ""
    """What the last container printed."""

    @property
    def results(self) -> Path:
        return self.folder / "results" / "results.json"

    def hand_in(self, files: dict[str, bytes]) -> None:
        shutil.rmtree(self.folder / self.submission, ignore_errors=True)
        for name, content in files.items():
            path = self.folder / self.submission / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def limit(self, seconds: float) -> None:
        """Let a whole submission take so long and no longer."""
        path = self.folder / self.payload / "grader.json"
        grader = json.loads(path.read_text())
        grader["limits"]["total"] = seconds
        path.write_text(json.dumps(grader))

    def grade(self, files: dict[str, bytes], **options: Any) -> dict[str, Any]:
        """What the platform reads of these files, graded in a root of its own without namespaces."""
        self.hand_in(files)
        done = self.run(**options)
        assert self.results.exists(), done.stderr
        self.said = done.stdout + done.stderr
        return json.loads(self.results.read_text())

    def run(self, **options: Any) -> subprocess.CompletedProcess[str]:
        folders = {self.place: self.folder, **containers.shared_copies()}
        return containers.run([self.command], folders, cwd=self.place, **options)

    def grade_here(self, files: dict[str, bytes]) -> dict[str, Any]:
        """The same, in this process."""
        self.hand_in(files)
        return self.grade_here_as_it_lies()

    def grade_here_as_it_lies(self) -> dict[str, Any]:
        (self.folder / self.submission).mkdir(exist_ok=True)
        running.main([str(self.folder / self.payload), str(self.folder)])
        return json.loads(self.results.read_text())
