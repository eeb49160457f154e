"""Parts that are fetched once and kept: whole or not at all."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from . import paths
from .locks import exclusive
from .messages import Problem


def key_of(*parts):
    """A short name for what something is made of."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def folder():
    """The cache folder, made if needed, or a sentence why it cannot be used."""
    cache = paths.cache()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            return cache
    except PermissionError as error:
        raise Problem(
            f"the cache folder {cache} cannot be written: change its owner, or set "
            "XDG_CACHE_HOME to a folder that can."
        ) from error
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        raise Problem(
            f"the cache folder {cache} is not a folder: set XDG_CACHE_HOME to one."
        ) from error


def lock():
    return exclusive(
        folder() / "lock", "Waiting for another set-up on this machine to finish ..."
    )


def part(name, build):
    """The folder of a cached part, built by ``build(folder)`` if it is not there.

    It is built beside its place and moved there when complete, so that an
    interrupted set-up leaves nothing that looks finished.
    """
    target = folder() / name
    if target.is_dir():
        return target
    with lock():
        if target.is_dir():
            return target
        _sweep(name)
        partial = Path(tempfile.mkdtemp(prefix=f"{name}.partial", dir=folder()))
        try:
            build(partial)
            partial.chmod(0o755)
            os.rename(partial, target)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        # again: what a killed set-up had started may have gone on for a while
        _sweep(name)
    return target


def _sweep(name):
    for stale in folder().glob(f"{name}.partial*"):
        shutil.rmtree(stale, ignore_errors=True)
