import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from tools import keyring
from tools.keyring import KeyFileError


def test_made_once_and_for_the_owner_alone(tmp_path):
    path = tmp_path / "legal" / "keys.json"
    assert keyring.read(path) is None
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keyring.make(path), range(24)))
    assert len({ring.current for ring in rings}) == 1
    assert {tuple(ring.keys.values()) for ring in rings} == {
        tuple(keyring.read(path).keys.values())
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["keys.json"]


def test_tokens_say_their_key_and_nothing_else(tmp_path):
    ring = keyring.make(tmp_path / "keys.json")
    token = ring.token("user", 42)
    assert token.startswith(f"{ring.current}:")
    assert len(token) == len(ring.current) + 1 + keyring.TOKEN_HEX
    assert token == ring.token("user", 42)
    assert token != ring.token("user", 43)
    assert token != ring.token("partner", 42)
    assert token != keyring.make(tmp_path / "other.json").token("user", 42)


def test_parts_do_not_run_together(tmp_path):
    ring = keyring.make(tmp_path / "keys.json")
    assert ring.mac(ring.current, "ab", "c") != ring.mac(ring.current, "a", "bc")
    assert ring.mac(ring.current, 1) != ring.mac(ring.current, "1")


def test_older_keys_still_count():
    old, new = keyring.parse(keyring.new_text()), keyring.parse(keyring.new_text())
    both = keyring.Keyring(old.keys | new.keys, new.current)
    assert both.tokens("user", 7) == [new.token("user", 7), old.token("user", 7)]
    assert old.current in both


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"current": "k1", "keys": {}}',
        '{"current": "k1", "keys": {"k1": "zz"}}',
        '{"current": "k1", "keys": {"k1": "%s"}}' % ("0" * 64),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(KeyFileError):
        keyring.read(path)


def test_a_cut_key_is_refused(tmp_path):
    path = tmp_path / "keys.json"
    ring = keyring.make(path)
    key = ring.keys[ring.current].hex()
    path.write_text(path.read_text().replace(key, key[:-2] + "00"))
    with pytest.raises(KeyFileError, match=ring.current):
        keyring.read(path)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyFileError):
        keyring.make(tmp_path / "file" / "keys.json")


def test_a_key_is_added_and_the_older_ones_stay(tmp_path):
    path = tmp_path / "keys.json"
    with pytest.raises(KeyFileError):
        keyring.add(path)
    first = keyring.make(path)
    second = keyring.add(path)
    assert second.current != first.current
    assert second.keys[first.current] == first.keys[first.current]
    assert keyring.read(path).current == second.current
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {entry.name for entry in tmp_path.iterdir()} == {"keys.json"}


def test_the_new_file_is_as_readable_as_the_old_one(tmp_path):
    path = tmp_path / "keys.json"
    keyring.make(path)
    path.chmod(0o640)
    if os.geteuid() == 0:  # added by root, it stays the server's own
        os.chown(path, 65534, 65534)
    keyring.add(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    if os.geteuid() == 0:
        assert path.stat().st_uid == 65534


def test_two_add_a_key_at_once(tmp_path):
    path = tmp_path / "keys.json"
    keyring.make(path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: keyring.add(path), range(8)))
    assert len(keyring.read(path).keys) == 9
