"""On which kind of file system a file lies, as Linux tells it."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
OVER_A_NETWORK = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "lustre", "nfs", "nfs4", "smb3", "smbfs"}
)
"""Kinds that several machines can write to, without the locks and the shared memory that SQLite's log needs."""


def kind_of(path: Path, mounts: str) -> str:
    """The kind of the file system that a path lies on, by the lines of `/proc/self/mounts`; "" where that is not told."""
    whole = path.absolute()
    mounted = (line.split(" ")[1:3] for line in mounts.splitlines() if line.count(" ") >= 2)
    found = [(len(place), kind) for name, kind in mounted if whole.is_relative_to(place := _unescaped(name))]
    return max(found, key=lambda each: each[0], default=(0, ""))[1]


def _unescaped(name: str) -> str:
    """Blanks stand there as `\\040`."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), name)
