"""Values and files encrypted at rest: AES-GCM (NIST SP 800-38D) by ``cryptography``.

The keys are those of a key ring: ``{key id: 32 bytes}`` and the id of the current one.
Of each, two keys are derived by HKDF-SHA256 (RFC 5869): one to encrypt, one for the
index by which an exact value is searched (HMAC-SHA256, RFC 2104). A value is bound to
where it stands: put into another field, it does not open.

A text is filled up to a multiple of 64 bytes before (ISO/IEC 7816-4): the length of
"yes" and "no" would tell one from the other.

Text::   sealed:1:<key id>:<base64 of nonce, ciphertext and tag>
Bytes::  b"SEALED\\x01" + <9 letters of the key id> + nonce + ciphertext and tag
"""

import base64
import binascii
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PREFIX = "sealed:1:"
MAGIC = b"SEALED\x01"
_NONCE = 12
_ID = 9
_INDEX_HEX = 32
_BLOCK = 64


class SealError(Exception):
    """What is sealed cannot be opened."""


class KeyLost(SealError):
    """The key is not among those there are; ``key_id`` says which."""

    def __init__(self, key_id):
        super().__init__(f"the key {key_id} is missing")
        self.key_id = key_id


class Damaged(SealError):
    """It was changed, cut, or stands where it was not written."""


def is_sealed(value):
    """Whether a text or bytes are an envelope."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value[: len(MAGIC)]) == MAGIC
    return isinstance(value, str) and value.startswith(PREFIX)


class Sealer:
    """
    :param dict keys: {key id of 9 letters: 32 bytes}
    :param str current: the id of the key that new envelopes are made with
    """

    def __init__(self, keys, current):
        self.keys, self.current = keys, current
        self._derived = {}

    def _key(self, key_id, use):
        if key_id not in self.keys:
            raise KeyLost(key_id)
        if (key_id, use) not in self._derived:
            self._derived[key_id, use] = HKDF(
                algorithm=hashes.SHA256(), length=32, salt=None,
                info=b"legal suite, at rest: " + use,
            ).derive(self.keys[key_id])  # fmt: skip
        return self._derived[key_id, use]

    # -- texts -------------------------------------------------------------------------

    def seal(self, text, place):
        """
        :param str text: of any length, the empty one included
        :param str place: where it stands, as ``res.partner.identity_number``
        :return: str, the envelope; never twice the same
        """
        raw = self._encrypt(self.current, _fill(text.encode()), place)
        return f"{PREFIX}{self.current}:{base64.b64encode(raw).decode()}"

    def open(self, envelope, place):
        """
        :return: str
        :raises KeyLost: the key is not there
        :raises Damaged: it is none, was changed, or stands in another place
        """
        if not is_sealed(envelope):
            raise Damaged("it is not sealed")
        key_id, found, body = envelope[len(PREFIX) :].partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
        except (ValueError, binascii.Error) as error:
            raise Damaged("it is cut or changed") from error
        if not found:
            raise Damaged("it is cut or changed")
        return _trim(self._decrypt(key_id, raw, place)).decode()

    # -- files -------------------------------------------------------------------------

    def seal_bytes(self, raw, place):
        """:return: bytes, the envelope of a file"""
        body = self._encrypt(self.current, raw, place)
        return MAGIC + self.current.encode() + body

    def open_bytes(self, envelope, place):
        """:raises KeyLost, Damaged: as ``open``"""
        if not is_sealed(envelope) or len(envelope) < len(MAGIC) + _ID + _NONCE:
            raise Damaged("it is not sealed, or cut")
        start = len(MAGIC)
        key_id = bytes(envelope[start : start + _ID]).decode("ascii", "replace")
        return self._decrypt(key_id, bytes(envelope[start + _ID :]), place)

    # -- both --------------------------------------------------------------------------

    def key_of(self, envelope):
        """The id of the key an envelope was made with; None if it is none."""
        if not is_sealed(envelope):
            return None
        if isinstance(envelope, str):
            return envelope[len(PREFIX) :].partition(":")[0]
        start = len(MAGIC)
        return bytes(envelope[start : start + _ID]).decode("ascii", "replace")

    def is_current(self, envelope):
        """Whether nothing is left to do for it in a rotation."""
        return self.key_of(envelope) == self.current

    def _encrypt(self, key_id, raw, place):
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self._key(key_id, b"encrypt"))
        return nonce + cipher.encrypt(nonce, raw, place.encode())

    def _decrypt(self, key_id, raw, place):
        cipher = AESGCM(self._key(key_id, b"encrypt"))
        try:
            return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise Damaged("it was changed, or stands in another place") from error

    # -- searching ---------------------------------------------------------------------

    def index(self, text, place, key_id=None):
        """What stands in the index for ``text``: equal for equal values, whatever the
        case, the spaces and the punctuation. Nothing can be read from it.

        :return: ``<key id>:<32 hex>``, or None for a text without letter or digit
        """
        plain = fold(text)
        if not plain:
            return None
        key_id = key_id or self.current
        key = self._key(key_id, b"index")
        digest = hmac.digest(key, f"{place}\0{plain}".encode(), "sha256").hex()
        return f"{key_id}:{digest[:_INDEX_HEX]}"

    def indexes(self, text, place):
        """All forms under which a value may stand, one for each key."""
        found = (self.index(text, place, key_id) for key_id in self.keys)
        return [token for token in found if token]


def _fill(raw):
    return raw + b"\x80" + bytes(-(len(raw) + 1) % _BLOCK)


def _trim(raw):
    return raw.rstrip(b"\0")[:-1]


def fold(text):
    """Letters and digits alone, without case or accents: how numbers are compared."""
    decomposed = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(char for char in decomposed if char.isalnum())
