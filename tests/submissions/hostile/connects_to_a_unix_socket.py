"""Talks to the daemons of the machine, one of which may start programs as root.

Told: it raises
Unprotected: prints got: b'start me as root'
"""
# expect: {"softmax_backward": [0, []]}
# %% softmax_backward
import socket


def softmax_backward(s, g):
    failed = None
    for path in ("/var/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private", "/tmp/.X11-unix/X0"):
        try:
            with socket.socket(socket.AF_UNIX) as daemon:
                daemon.connect(path)
                daemon.send(b"start me as root")
        except OSError as error:
            failed = error
    raise failed
