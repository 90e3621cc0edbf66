"""A JupyterHub of this machine's own: homes, an exchange, a checkout of the grader's, and the hub itself.

The users are in no list but the hub's: it runs in a mount namespace with a list of users that this one is bound over.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / "_build" / "classroom"
"""Made by tools/classroom.sh: ``shared`` for all users, ``grading`` for the grader, and the proxy."""
PROXY = ENVIRONMENTS / "node_modules" / ".bin" / "configurable-http-proxy"
COURSE_ID = "comp101"
USERS = {"grader": 31001, "emmy": 31002, "carl": 31003, "ada": 31004, "ben": 31005}
START_SECONDS = 300
CHECKOUT = (
    "src",
    "solutions",
    "exercises",
    "course.toml",
    "_config.yml",
    "nbgrader_config.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)


@dataclass(frozen=True)
class Hub:
    """A running hub: where its files are, its address, and the one password of all users."""

    place: Path
    address: str
    password: str

    def home(self, user: str) -> Path:
        return self.place / "home" / user

    @property
    def checkout(self) -> Path:
        return self.home("grader") / "course"

    @property
    def service(self) -> str:
        """The address of the grader service."""
        return f"{self.address}/services/{COURSE_ID}"

    def grader(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module in the grader's checkout, with its environment."""
        path = f"PYTHONPATH={_packages(self.place)}"
        python = str(ENVIRONMENTS / "grading" / "bin" / "python")
        return self.as_user("grader", "env", path, python, "-m", module, *arguments, cwd=self.checkout)

    def student(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of nbgrader at a student's home, with the environment of all users."""
        return self.as_user(name, str(ENVIRONMENTS / "shared" / "bin" / "nbgrader"), *arguments)

    def as_user(self, user: str, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command as a user of the hub."""
        return subprocess.run(
            [*_as(self.place, user), *command],
            cwd=cwd or self.home(user),
            env=_environment(self.place, user),
            capture_output=True,
            text=True,
            timeout=600,
        )


@contextmanager
def hub(place: Path, *, subdomains: bool = False) -> Iterator[Hub]:
    """A hub whose files lie in ``place``; RuntimeError if its users could not get at their Python.

    With ``subdomains`` each user has a host, such as ``ada.localhost``, which browsers take for this machine.
    """
    for needed, advice in (
        (ENVIRONMENTS, "run this in a checkout that others may enter"),
        ((ENVIRONMENTS / "shared" / "bin" / "python").resolve().parent, "make classroom PYTHON=/usr/bin/python3"),
    ):
        if not _others_can_enter(needed):
            raise RuntimeError(f"the hub's users cannot enter {needed}: {advice}")
    _users(place)
    _course(place)
    ports = dict(zip(("HUB_PORT", "API_PORT", "PROXY_PORT", "SERVICE_PORT"), _free_ports(4)))
    password, local = secrets.token_urlsafe(), f"http://127.0.0.1:{ports['HUB_PORT']}"
    address = f"http://localhost:{ports['HUB_PORT']}" if subdomains else local
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        **ports,
        "CLASSROOM": str(place),
        "PASSWORD": password,
        "PROXY": str(PROXY),
        "SUBDOMAIN_HOST": address if subdomains else "",
        "GRADER_PATH": _packages(place),
        "JUPYTER_CONFIG_PATH": str(place / "etc"),
        "GRADER_SERVER": str(ENVIRONMENTS / "grading" / "bin" / "jupyterhub-singleuser"),
    }
    command = [
        str(ENVIRONMENTS / "shared" / "bin" / "jupyterhub"),
        "--config",
        str(Path(__file__).with_name("jupyterhub_config.py")),
    ]
    log = place / "hub.log"
    with log.open("w") as file:
        running = subprocess.Popen(
            [*_with_users(place), *command], cwd=place, env=environment, stdout=file, stderr=file
        )
    try:
        _wait_for(running, f"{local}/hub/api", log)
        yield Hub(place, address, password)
    finally:
        running.terminate()
        running.wait(30)


def _users(place: Path) -> None:
    """Homes, open to others as many hubs make them, and the list of users."""
    (place / "home").mkdir()
    lines = [Path("/etc/passwd").read_text()]
    for name, number in USERS.items():
        home = place / "home" / name
        home.mkdir()
        home.chmod(0o755)
        os.chown(home, number, number)
        lines.append(f"{name}:x:{number}:{number}::{home}:/bin/bash\n")
    (place / "passwd").write_text("".join(lines))


def _course(place: Path) -> None:
    """The exchange, what all users are told of it, and the grader's checkout with its local settings."""
    exchange, checkout = place / "exchange", place / "home" / "grader" / "course"
    exchange.mkdir()
    exchange.chmod(0o777)
    shared = (
        f"c = get_config()\nc.CourseDirectory.course_id = {COURSE_ID!r}\nc.Exchange.root = {str(exchange)!r}\n"
        "c.Execute.timeout = 300\n"
    )
    (place / "etc").mkdir()
    (place / "etc" / "nbgrader_config.py").write_text(shared)
    checkout.mkdir()
    for name in CHECKOUT:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, checkout / name)
    checkout.chmod(0o700)
    (checkout / "nbgrader_config_local.py").write_text(shared)
    settings = place / "home" / "grader" / ".jupyter"
    settings.mkdir()
    (settings / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(checkout)!r}\nc.CourseDirectory.course_id = {COURSE_ID!r}\n"
    )
    for path in [checkout, settings, *checkout.rglob("*"), *settings.rglob("*")]:
        os.chown(path, USERS["grader"], USERS["grader"])


def _environment(place: Path, user: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "HOME": str(place / "home" / user), "JUPYTER_CONFIG_PATH": str(place / "etc")}


def _with_users(place: Path) -> list[str]:
    bound = f'mount --bind {place}/passwd /etc/passwd && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", bound, "sh"]


def _as(place: Path, user: str) -> list[str]:
    number = str(USERS[user])
    return [*_with_users(place), "setpriv", "--reuid", number, "--regid", number, "--clear-groups"]


def _free_ports(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [str(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_for(running: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and running.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the hub did not start:\n{log.read_text()}")


def _packages(place: Path) -> str:
    """Where the grader's Python finds the packages of the checkout, which an environment of its own would hold."""
    checkout = place / "home" / "grader" / "course"
    return f"{checkout}/src:{checkout}/solutions"


def _others_can_enter(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))
