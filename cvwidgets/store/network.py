"""Does a folder lie on a disk of this computer, or of another one? SQLite's write-ahead log needs memory that all its users share."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

# fmt: off
NETWORKS = {
    "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "curlftpfs", "davfs", "davfs2", "gcsfuse", "glusterfs", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "orangefs", "panfs", "prl_fs", "rclone", "s3fs", "smb", "smb2", "smb3", "smbfs", "sshfs", "vboxsf", "vmhgfs",
    "vmhgfs-fuse", "webdav",
}
# fmt: on
"""Kinds of file systems whose files lie on another computer, or on the host of a virtual one."""

_OCTAL = re.compile(r"\\([0-7]{3})")
_MOUNTED = re.compile(r"(?m)^.*? on (/.*) \(([^,)]+)[^)]*\)$")
_REMOTE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""


def find_network(folder: Path) -> str | None:
    """The kind of network file system that a folder lies on, such as "nfs4" or "cifs"; None on a disk of this computer, or unknown."""
    place = os.path.realpath(folder)
    try:
        if sys.platform == "win32":
            return _windows(place)
        if sys.platform == "darwin":
            done = subprocess.run(["/sbin/mount"], capture_output=True, check=False, timeout=2)
            return network_of(place, mounts_of_macos(os.fsdecode(done.stdout)))
        return network_of(place, mounts_of_linux(os.fsdecode(Path("/proc/self/mountinfo").read_bytes())))
    except (OSError, subprocess.SubprocessError):
        return None


def network_of(place: str, mounts: list[tuple[str, str]]) -> str | None:
    """The kind of network file system at a real, absolute path, by a list of where each kind is mounted; later ones hide earlier ones."""
    kind, deepest = "", -1
    for point, mounted in mounts:
        inside = os.path.join(point, "")  # noqa: PTH118
        if len(inside) >= deepest and os.path.join(place, "").startswith(inside):  # noqa: PTH118
            kind, deepest = mounted, len(inside)
    plain = kind.removeprefix("fuse.").lower()
    return plain if plain in NETWORKS else None


def mounts_of_linux(text: str) -> list[tuple[str, str]]:
    """Mount points and kinds out of /proc/self/mountinfo, as proc(5) describes it."""
    mounts = []
    for line in text.split("\n"):
        before, _, after = line.partition(" - ")
        fields, kind = before.split(" "), after.partition(" ")[0]
        if len(fields) > 4 and kind:
            mounts.append((_OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4]), kind))
    return mounts


def mounts_of_macos(text: str) -> list[tuple[str, str]]:
    """Mount points and kinds out of what mount(8) of macOS prints."""
    return _MOUNTED.findall(text)


def _windows(place: str) -> str | None:
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(place)[0]
        if drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _REMOTE:
            return "smb"
    return None
