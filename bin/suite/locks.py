"""Locks between processes; the kernel frees them when a process dies."""

import contextlib
import fcntl
import os

from .messages import say


@contextlib.contextmanager
def exclusive(path, waiting=""):
    """Hold a lock; wait for whoever has it, saying so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class Claim:
    """A lock that tells who holds it: the file's text is the holder's note."""

    def __init__(self, path):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.handle = path.open("a+")

    def take(self):
        """:return: whether we have it now"""
        try:
            fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self.write(str(os.getpid()))
        return True

    def write(self, note):
        self.handle.seek(0)
        self.handle.truncate()
        self.handle.write(note)
        self.handle.flush()

    def note(self):
        self.handle.seek(0)
        return self.handle.read()

    def release(self):
        self.write("")
        self.handle.close()
