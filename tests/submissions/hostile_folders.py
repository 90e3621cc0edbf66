"""Hostile submissions by names, links and sizes of folders and files, which no text file can hold."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

ASSIGNMENT = "ps2_missing_sum"


def hand_in(submitted: Path, student: str, notebook: bytes) -> Path:
    path = submitted / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(notebook)
    return path


def symlinked_notebook(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "links_to_ada", b"")
    path.unlink()
    path.symlink_to(f"../../ada_right_loops/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")


def hard_link(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "shares_a_file", honest)
    os.link(path, submitted / "elsewhere")


def named_pipe(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_a_pipe", b"")
    path.unlink()
    os.mkfifo(path)


def far_too_large(submitted: Path, honest: bytes) -> None:
    with hand_in(submitted, "hands_in_a_gigabyte", b"").open("wb") as file:
        file.truncate(10**9)


def absurd_time(submitted: Path, honest: bytes) -> None:
    hand_in(submitted, "hands_in_in_the_year_9999", honest).with_name("timestamp.txt").write_text(
        "9999-12-31 23:59:59 -23:59\0" * 50
    )


def linked_folder(submitted: Path, honest: bytes) -> None:
    (submitted / "hands_in_adas_folder").mkdir()
    (submitted / "hands_in_adas_folder" / ASSIGNMENT).symlink_to(f"../ada_right_loops/{ASSIGNMENT}")


def linked_student(submitted: Path, honest: bytes) -> None:
    (submitted / "is_ada").symlink_to("ada_right_loops")


def folder_for_a_notebook(submitted: Path, honest: bytes) -> None:
    (submitted / "hands_in_a_folder" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").mkdir(parents=True)


def device(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_a_device", b"")
    path.unlink()
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero
    except PermissionError:  # an ordinary user's attack is a link to it
        path.symlink_to("/dev/zero")


def socket_file(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_a_socket", b"")
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"/proc/self/fd/{folder}/{path.name}")  # the address of a socket must be short
    os.close(folder)


def many_files(submitted: Path, honest: bytes) -> None:
    path = hand_in(submitted, "hands_in_many_files", honest)
    path.unlink()
    for number in range(5000):
        path.with_name(f"{number}\n\x1b[2J.ipynb").touch()


UNREADABLE = {
    "hands_in_adas_folder": (linked_folder, "is a link"),
    "is_ada": (linked_student, "is a link"),
    "hands_in_a_folder": (folder_for_a_notebook, "no ordinary file"),
    "hands_in_a_device": (device, "no ordinary file|cannot be opened"),
    "hands_in_a_socket": (socket_file, "no ordinary file|cannot be opened"),
    "hands_in_many_files": (many_files, "several notebooks"),
    "links_to_ada": (symlinked_notebook, "not a link to it"),
    "shares_a_file": (hard_link, "no ordinary file"),
    "hands_in_a_pipe": (named_pipe, "no ordinary file"),
    "hands_in_a_gigabyte": (far_too_large, "at most 20 MB"),
}
NAMES = [
    "new\nline",
    "-rf",
    "=HYPERLINK('x')",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "x\\..\\..\\etc",
    "x%2f..%2f..%2fetc",
    "[a]*",
    "\x1b[2J",
    "\u202egnp.exe",
    "Ada_right_loops",
]
"""Students' folders that hold an honest notebook."""
