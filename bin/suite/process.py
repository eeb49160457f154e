"""Run other programs: quietly, with their output kept, and never left behind."""

import ctypes
import os
import shutil
import signal
import subprocess

from . import paths
from .messages import Problem, explain

_libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In a child: get SIGTERM when the parent is gone, even if it was killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def environment(**more):
    """Our environment with messages in English, so that they can be understood."""
    return {**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"} | {
        name: str(value) for name, value in more.items()
    }


def run(argv, doing, fetching="", **options):
    """Run a set-up step to its end; a failure is a Problem with a sentence.

    :param doing: the step as the start of a sentence: "installing PostgreSQL"
    :param fetching: not empty if it needs the network: how to do without
    :return: what it wrote
    """
    argv = [str(part) for part in argv]
    options.setdefault("env", environment())
    options.setdefault("preexec_fn", die_with_parent)
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        )
    except FileNotFoundError as error:
        raise Problem(f"{doing} needs the program {argv[0]}.") from error
    keep(argv, done.stdout)
    if done.returncode:
        raise Problem(explain(done.stdout, doing, fetching))
    return done.stdout


def keep(argv, output):
    """Add a program's output to the set-up log."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with paths.SETUP_LOG.open("a") as log:
        log.write(f"$ {' '.join(argv)}\n{output}\n")


def need_space(folder, megabytes, what):
    """Say early that the disk is too full, not after ten minutes."""
    folder = existing(folder)
    free = shutil.disk_usage(folder).free // 2**20
    if free < megabytes:
        raise Problem(
            f"the disk is too full for {what}: {folder} has {free} MB left and "
            f"{megabytes} MB are needed; free some space and run the command again."
        )


def existing(folder):
    """The folder itself or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder


def stop(child, patience=30):
    """End a child and all that it started, politely first."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(patience)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
