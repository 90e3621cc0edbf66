"""The hub of `tests/classroom`: local users, and the shared grader service of the page *With JupyterHub*."""

import os
import sys
from pathlib import Path

from jupyterhub.objects import Server

c = get_config()

PATIENCE = 300
"""Seconds for a server to start, on a machine that is busy with other things, too."""
wait_up = Server.wait_up


def wait_longer(self, timeout=10, **options):
    """The hub gives a service ten seconds, however it is set up, and ends if it is not there then."""
    return wait_up(self, timeout=max(timeout, PATIENCE), **options)


Server.wait_up = wait_longer
c.Spawner.start_timeout = c.Spawner.http_timeout = PATIENCE

place = Path(os.environ["CLASSROOM"])
COURSE_ID = "comp101"
INSTRUCTORS = ["emmy", "carl"]
STUDENTS = ["ada", "ben"]
GRADERS = f"formgrade-{COURSE_ID}"

c.JupyterHub.bind_url = f"http://127.0.0.1:{os.environ['HUB_PORT']}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{os.environ['API_PORT']}"
c.JupyterHub.db_url = f"sqlite:///{place}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(place / "cookie_secret")
c.JupyterHub.subdomain_host = os.environ["SUBDOMAIN_HOST"]
c.ConfigurableHTTPProxy.command = [os.environ["PROXY"]]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{os.environ['PROXY_PORT']}"
c.ConfigurableHTTPProxy.pid_file = str(place / "proxy.pid")

c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ["PASSWORD"]
c.Authenticator.allowed_users = {"grader", *INSTRUCTORS, *STUDENTS}

# Own servers, from the shared environment.
c.Spawner.cmd = [str(Path(sys.executable).with_name("jupyterhub-singleuser"))]
c.Spawner.default_url = "/lab"
c.Spawner.environment = {"JUPYTER_CONFIG_PATH": str(place / "etc")}


def from_the_checkout(spawner):
    """The grader's own server comes from the environment of the checkout."""
    if spawner.user.name == "grader":
        spawner.cmd = [os.environ["GRADER_SERVER"]]
        spawner.environment = {**spawner.environment, "PYTHONPATH": os.environ["GRADER_PATH"]}


c.Spawner.pre_spawn_hook = from_the_checkout

# The grader service: formgrader for those in the group, from the environment of the grader's checkout.
c.JupyterHub.load_groups = {GRADERS: {"users": INSTRUCTORS}}
c.JupyterHub.load_roles = [
    {"name": GRADERS, "groups": [GRADERS], "scopes": [f"access:services!service={COURSE_ID}"]},
]
c.JupyterHub.services = [
    {
        "name": COURSE_ID,
        "url": f"http://127.0.0.1:{os.environ['SERVICE_PORT']}",
        "command": [os.environ["GRADER_SERVER"]],
        "user": "grader",
        "cwd": str(place / "home" / "grader"),
        "environment": {"PYTHONPATH": os.environ["GRADER_PATH"], "JUPYTER_CONFIG_PATH": str(place / "etc")},
        "oauth_no_confirm": True,
    }
]
