"""Gets what the tests need from the machine's package manager, where we may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def say(line: str) -> None:
    """Tell whoever waits at the terminal, past pytest's capturing."""
    if sys.__stderr__:
        sys.__stderr__.write(f"{line}\n")


def install(*packages: str) -> bool:
    """Install Debian packages as root; False when we are not root, there is no apt-get, or it fails."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"installing {' '.join(packages)} …")
    return _install(packages) or (_apt_get("update") and _install(packages))


def _install(packages: tuple[str, ...]) -> bool:
    return _apt_get("install", "-y", "-o", "Dpkg::Options::=--force-confold", *packages)


def _apt_get(*arguments: str) -> bool:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = subprocess.DEVNULL
    return not subprocess.run(
        ["apt-get", "-q", *arguments], env=env, stdin=quiet, stdout=quiet, stderr=quiet
    ).returncode
