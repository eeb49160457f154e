"""The keys of the ledgers, in a file outside the database, and what is made with them.

The file is JSON: ``{"current": "k1f0c9a27", "keys": {"k1f0c9a27": "<64 hex>"}}``. A
key's id is taken from the key itself, so a wrong file is known for a wrong file. Older
keys stay in it: what they sealed is checked with them.

A token stands for a person where no name may stand: HMAC-SHA256 (RFC 2104), cut to 128
bits (RFC 2104, section 5, allows half), with the id of its key: ``k1f0c9a27:<32 hex>``.
"""

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from pathlib import Path

TOKEN_HEX = 32


class KeyFileError(Exception):
    """The key file is there and cannot be used; the text says why."""


class Keyring:
    """The keys of an installation.

    :param dict keys: {key id: 32 bytes}
    :param str current: the id of the key that new things are made with
    """

    def __init__(self, keys, current):
        self.keys, self.current = keys, current
        self._tokens = {}

    def __contains__(self, key_id):
        return key_id in self.keys

    def mac(self, key_id, *parts):
        """The full HMAC of ``parts`` as hex digits; :raises KeyError: unknown key."""
        message = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
        return hmac.digest(self.keys[key_id], message.encode(), "sha256").hex()

    def token(self, kind, number, key_id=None):
        """What stands for record ``number`` of ``kind`` in a ledger."""
        made = (key_id or self.current, kind, number)
        if made not in self._tokens:
            self._tokens[made] = f"{made[0]}:{self.mac(*made)[:TOKEN_HEX]}"
        return self._tokens[made]

    def tokens(self, kind, number):
        """The tokens of a record under all keys, the current one first."""
        ids = sorted(self.keys, key=lambda key_id: key_id != self.current)
        return [self.token(kind, number, key_id) for key_id in ids]


def key_id_of(key):
    """The id that a key (bytes) has, whoever asks."""
    return "k" + hashlib.sha256(b"legal key id" + key).hexdigest()[:8]


def new_text():
    """The contents of a key file with one new key."""
    key = secrets.token_bytes(32)
    key_id = key_id_of(key)
    return json.dumps({"current": key_id, "keys": {key_id: key.hex()}}, indent=1) + "\n"


def parse(text):
    """
    :return: Keyring
    :raises KeyFileError: the text is no key file, or its ids are not those of its keys
    """
    try:
        data = json.loads(text)
        keys = {key_id: bytes.fromhex(key) for key_id, key in data["keys"].items()}
        current = data["current"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileError("it is not a key file, or it is damaged") from error
    if current not in keys:
        raise KeyFileError("its current key is not among its keys")
    for key_id, key in keys.items():
        if len(key) < 32 or key_id != key_id_of(key):
            raise KeyFileError(f"the key {key_id} is damaged")
    return Keyring(keys, current)


def read(path):
    """
    :return: Keyring, or None when there is no file
    :raises KeyFileError: the file cannot be read or used
    """
    try:
        text = Path(path).read_text()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged"
        raise KeyFileError(reason) from error
    return parse(text)


def make(path):
    """Make the key file, unless another process has just made it.

    The file appears whole and readable by its owner alone, or not at all: it is written
    under another name first, and a link never replaces a file that is there.

    :return: Keyring of the file that is there in the end
    :raises KeyFileError: it could not be written
    """
    path = Path(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _written(path.parent, new_text()) as temporary:
            # if another process was first, its keys are the ones
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyFileError(error.strerror or str(error)) from error
    return read(path)


def add(path):
    """Add a new key and make it the current one; the older ones stay.

    Two at once wait for each other. The file is replaced whole, or not at all.

    :return: Keyring of the file as it is now
    :raises KeyFileError: there is no usable file, or it cannot be written
    """
    path = Path(path).resolve()  # the file itself, where a link leads to it
    try:
        with _locked(path.parent):
            ring = read(path)
            if ring is None:
                raise KeyFileError("it is missing")
            key = secrets.token_bytes(32)
            keys = {**ring.keys, key_id_of(key): key}
            text = json.dumps(
                {
                    "current": key_id_of(key),
                    "keys": {key_id: key.hex() for key_id, key in keys.items()},
                },
                indent=1,
            )
            with _written(path.parent, text + "\n") as temporary:
                _like(path, temporary)
                os.link(temporary, f"{temporary}.new")
                os.replace(f"{temporary}.new", path)
            _sync_folder(path.parent)
    except OSError as error:
        raise KeyFileError(error.strerror or str(error)) from error
    return read(path)


@contextlib.contextmanager
def _locked(folder):
    """One at a time, whoever it is: a folder needs no right to write to be locked."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _like(path, temporary):
    """Give the new file the owner and the rights of the old one.

    Added by root, it would be root's alone, and the server without any key.
    """
    before = os.stat(path)
    if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(temporary, before.st_uid, before.st_gid)
    os.chmod(temporary, before.st_mode & 0o777)


@contextlib.contextmanager
def _written(folder, text):
    """A new file with ``text``, for its owner alone, safely on the disk; it goes."""
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=".keys-")  # 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        os.unlink(temporary)


def _sync_folder(folder):
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
