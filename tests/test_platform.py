"""The commands on a bad day: one clear sentence, and nothing half done."""

import contextlib
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import textwrap
import time
import uuid
import zipfile

import pytest
import requests
from suite import (
    cache,
    install,
    odoo_home,
    odoo_log,
    paths,
    selection,
    serve,
    sources,
    testing,
)
from suite.mailbox import Mailbox

NOWHERE = "http://127.0.0.1:9"  # nothing listens there
NO_NETWORK = {
    name: NOWHERE for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
} | {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": ""}


def start(command, *arguments, checkout=paths.ROOT, python=sys.executable, **environ):
    return subprocess.Popen(
        [python, str(checkout / "bin" / command), *map(str, arguments)],
        env={**os.environ, **{name: str(value) for name, value in environ.items()}},
        cwd=checkout,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refusal(command, *arguments, **options):
    """The one sentence that a command gives up with."""
    child = start(command, *arguments, **options)
    output, errors = child.communicate(timeout=60)
    assert child.returncode, output
    assert "Traceback" not in output + errors
    assert errors.startswith(f"bin/{command}: ") and errors.count("\n") == 1, errors
    return errors


@pytest.fixture
def port():
    return serve.free_port()


@pytest.mark.parametrize("command", ["serve", "test"])
def test_unknown_option(command):
    assert "--nonsense" in refusal(command, "--nonsense")


def test_no_such_test():
    name = uuid.uuid4().hex
    assert f"no test is called {name}" in refusal("test", name)


def test_port_is_taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        sentence = refusal("serve", "--port", port, "--database", "legal_port")
    assert f"port {port} is taken" in sentence and "--port" in sentence


def test_port_is_none():
    assert "70000 is not a port" in refusal("serve", "--port", 70000)


def test_odoo_home_is_not_there(port):
    assert "no such folder" in refusal("serve", "--port", port, ODOO_HOME="/nowhere")


def test_odoo_home_has_no_odoo(port, tmp_path):
    assert "there is no Odoo in it" in refusal("serve", ODOO_HOME=tmp_path)


def test_odoo_home_is_another_version(tmp_path):
    release = tmp_path / "odoo" / "release.py"
    release.parent.mkdir()
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    assert "Odoo 18.0, not 19.0" in refusal("odoo", ODOO_HOME=tmp_path)


def test_odoo_home_is_used_and_nothing_fetched(tmp_path):
    """With an empty cache and no network."""
    home = tmp_path / "checkout"
    home.mkdir()
    for part in ("odoo", "addons"):
        (home / part).symlink_to(odoo_home.find().home / part)
    child = start(
        "odoo", "--version", ODOO_HOME=home, XDG_CACHE_HOME=tmp_path, **NO_NETWORK
    )
    output, errors = child.communicate(timeout=60)
    assert child.returncode == 0, errors
    assert "19.0" in output


def test_no_network_for_odoo(tmp_path, port):
    environ = NO_NETWORK | {"ODOO_HOME": "", "XDG_CACHE_HOME": tmp_path}
    sentence = refusal("serve", "--port", port, "--database", "legal_net", **environ)
    assert "network cannot be reached" in sentence and "ODOO_HOME" in sentence


def test_no_network_for_python_packages(tmp_path):
    """In a checkout that has no environment yet."""
    checkout = tmp_path / "checkout"
    shutil.copytree(paths.ROOT / "bin", checkout / "bin")
    for name in ("requirements.txt", "odoo.conf"):
        shutil.copy(paths.ROOT / name, checkout)
    environ = NO_NETWORK | {"ODOO_HOME": odoo_home.find().home}
    environ |= {"PIP_NO_CACHE_DIR": "1"}
    sentence = refusal("odoo", "--version", checkout=checkout, **environ)
    assert "installing Python packages failed" in sentence
    assert "network cannot be reached" in sentence


def test_cache_is_no_folder(tmp_path):
    (tmp_path / "legal-suite").write_text("")
    sentence = refusal("odoo", "--version", ODOO_HOME="", XDG_CACHE_HOME=tmp_path)
    assert "is not a folder" in sentence


def in_small_disk(folder, options, command):
    """Run a command where the folder is a file system of its own, if that may be."""
    script = f'mount -t tmpfs -o {options} tmpfs "{folder}" && exec "$@"'
    space = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    if subprocess.run([*space, "true"], capture_output=True).returncode:
        return None
    environ = {**os.environ, "ODOO_HOME": "", "XDG_CACHE_HOME": str(folder)}
    return subprocess.run(
        [*space, *command], env=environ, capture_output=True, text=True, timeout=60
    )


def test_disk_is_full_from_the_start(tmp_path):
    command = [sys.executable, str(paths.ROOT / "bin" / "odoo"), "--version"]
    done = in_small_disk(tmp_path, "size=8m", command)
    if done is None:  # no file system of our own here: pretend
        pretend = (
            "import shutil; shutil.disk_usage = lambda _: shutil._ntuple_diskusage"
        )
        program = f"{pretend}(9, 9, 9); import runpy, sys; sys.argv = sys.argv[1:]; "
        program += "sys.path[0] = sys.argv[0] + '/..'; runpy.run_path(sys.argv[0], "
        program += "run_name='__main__')"
        command[1:1] = ["-c", program]
        environ = {**os.environ, "ODOO_HOME": "", "XDG_CACHE_HOME": str(tmp_path)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert "too full" in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_disk_fills_up_on_the_way(tmp_path):
    """Room for data, none for another file: only writing shows it."""
    command = [sys.executable, str(paths.ROOT / "bin" / "odoo"), "--version"]
    done = in_small_disk(tmp_path, "size=4g,nr_inodes=4", command)
    if done is None:
        error = OSError(28, "No space left on device", "x")
        assert "disk is full" in serve.install.messages.sentence_for(error)
        return
    assert done.returncode == 1
    assert "disk is full" in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_postgresql_does_not_answer(port):
    environ = {"PGHOST": "127.0.0.1", "PGPORT": "9"}
    sentence = refusal("serve", "--port", port, "--database", "legal_pg", **environ)
    assert "PostgreSQL at 127.0.0.1:9 cannot be used" in sentence


def test_configuration_is_broken(tmp_path):
    broken = tmp_path / "odoo.conf"
    broken.write_text("db_host without a section\n")
    assert "is not a configuration file" in refusal("odoo", "-c", broken, "--version")


def test_a_firm_for_trying_leaves_the_emergency_folder_alone():
    """Whatever folder odoo.conf names, unless the caller's environment names one."""
    environ = {"ODOO_DATA_DIR": "/data"}
    tried = serve.configuration.for_trying(environ)
    assert tried["LEGAL_EMERGENCY_FOLDER"] == "/data/legal/emergency"
    environ["LEGAL_EMERGENCY_FOLDER"] = "/share"
    assert serve.configuration.for_trying(environ) == environ


def test_python_is_too_old():
    program = (
        "import sys, types; sys.version_info = (3, 9, 1); "
        f"sys.path.insert(0, {str(paths.ROOT / 'bin')!r}); "
        "import suite; sys.exit(suite.start('suite.serve', 'bin/serve'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "needs Python 3.10 to 3.13 and this is Python 3.9" in done.stderr


def test_database_of_somebody_else(platform, port):
    name = f"legal_test_{os.getpid()}_other"
    platform.databases.query(f'CREATE DATABASE "{name}"')
    try:
        sentence = refusal("serve", "--port", port, "--database", name)
        # and it is still there, also when asked to start afresh
        refusal("serve", "--port", port, "--database", name, "--fresh")
        assert platform.databases.exists(name)
    finally:
        platform.databases.drop(name)
    assert "is not one of this suite" in sentence


def test_a_new_addon_comes_into_an_old_database(platform):
    """A firm that has the files alone gets the deadlines with the next start."""
    databases, installer = platform.databases, platform.installer
    name = platform.copy(platform.core(), "_before")
    try:
        installer.odoo(name, "-i", "legal_crm")
        note = sources.note(demo=True)
        databases.set_note(name, note | {"addons": {"legal_crm": "as it was"}})
        installer.update(name)
        addons = paths.suite_addons()
        installer.check_installed(name, addons, name)
        log = install.log_file(name).read_text()
        assert not odoo_log.complaints(log, addons)
        assert databases.note(name)["addons"] == sources.fingerprints()
        # what the files held before has its place with the new addon as well
        rows = databases.query(
            "SELECT (SELECT count(*) FROM legal_deadline_rule),"
            " (SELECT count(*) FROM legal_jurisdiction)",
            database=name,
        )
        assert min(rows[0]) > 10
    finally:
        databases.drop(name)
        install.log_file(name).unlink(missing_ok=True)


def test_serve_starts_quickly_tells_and_stops(platform, port):
    """The second start: the database is there."""
    name = platform.copy(platform.suite(), "_serve")
    begin = time.monotonic()
    child = start("serve", "--port", port, "--database", name)
    try:
        line = child.stdout.readline()
        assert line.startswith(f"Ready: http://localhost:{port} "), line
        assert time.monotonic() - begin < 15
        assert "sign in as" in line and "stop: Ctrl-C" in line
        again = refusal("serve", "--port", port + 1, "--database", name)
        assert f"already being served at http://localhost:{port}" in again
        stop = start("serve", "--stop", "--database", name)
        output, _errors = stop.communicate(timeout=60)
        assert output == f"Stopped {name}.\n"
        assert child.wait(10) == 0
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port))
    finally:
        child.kill()
        platform.databases.drop(name)


def test_killed_while_it_makes_a_database(platform, port):
    """Nothing is left that looks like a database of the suite."""
    name = f"legal_test_{os.getpid()}_killed"
    building = f"{name}-building"
    child = start("serve", "--port", port, "--database", name, "--empty")
    try:
        wait_for(lambda: platform.databases.exists(building), 30)
        child.send_signal(signal.SIGKILL)
        child.wait()
        wait_for(lambda: not connections(platform.databases, building), 30)
        assert not platform.databases.exists(name)
    finally:
        child.kill()
        platform.databases.drop(building)


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def connections(databases, name):
    sql = "SELECT pid FROM pg_stat_activity WHERE datname = %s"
    return databases.query(sql, name)


def test_processes_as_in_production(make_server):
    """With one more for what is live."""
    server = make_server("workers", workers=2)
    assert requests.get(f"{server.url}/web/login", timeout=60).ok
    live = f"http://127.0.0.1:{server.gevent_port}/websocket/health"
    wait_for(lambda: answers(live), 30)


def answers(url):
    with contextlib.suppress(requests.ConnectionError):
        return requests.get(url, timeout=10).ok


def test_dump_is_made_by_the_right_version(server, tmp_path):
    dump = tmp_path / "dump.zip"
    child = start("odoo", "db", "dump", server.db, dump)
    _output, errors = child.communicate(timeout=120)
    assert child.returncode == 0, errors
    with zipfile.ZipFile(dump) as files:
        assert "dump.sql" in files.namelist()


# -- the cache


def test_interrupted_part_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def interrupted(folder):
        (folder / "half").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.part("thing", interrupted)
    assert not list((tmp_path / "legal-suite").glob("thing*"))
    whole = cache.part("thing", lambda folder: (folder / "whole").touch())
    assert [path.name for path in whole.iterdir()] == ["whole"]


def test_two_set_ups_at_once_build_once(tmp_path):
    program = textwrap.dedent(f"""
        import sys, time
        sys.path.insert(0, {str(paths.ROOT / "bin")!r})
        from suite import cache
        def build(folder):
            open({str(tmp_path / "builds")!r}, "a").write("x")
            time.sleep(1)
            (folder / "whole").touch()
        assert (cache.part("thing", build) / "whole").exists()
    """)
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    both = [
        subprocess.Popen([sys.executable, "-c", program], env=environ) for _ in "ab"
    ]
    assert [child.wait(30) for child in both] == [0, 0]
    assert (tmp_path / "builds").read_text() == "x"


def test_fingerprint_changes_with_what_a_database_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ADDONS", tmp_path)
    for name in ("__manifest__.py", "views/a.xml", "tests/test_a.py"):
        (tmp_path / "addon" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "addon" / name).write_text("{}")
    before = sources.fingerprint("addon")
    (tmp_path / "addon" / "tests" / "test_a.py").write_text("changed")
    assert sources.fingerprint("addon") == before
    (tmp_path / "addon" / "views" / "a.xml").write_text("changed")
    assert sources.fingerprint("addon") != before


# -- the runner of the tests


def log_of(*entries):
    return "".join(f"2026-01-02 03:04:05,678 42 {entry}\n" for entry in entries)


SUMMARY = "INFO db odoo.tests.result: 0 failed, 0 error(s) of 0 tests when loading 'x'"
TEST = "odoo.addons.legal_crm.tests.test_x"


def test_log_of_tests_is_counted():
    run = odoo_log.TestRun(
        log_of(
            f"INFO db {TEST}: Starting TestX.test_good ...",
            f"INFO db {TEST}: Starting TestX.test_bad ...",
            f"ERROR db {TEST}: FAIL: TestX.test_bad\nTraceback ...\nAssertionError: 1",
            f"INFO db {TEST}: Starting TestX.test_parts ...",
            f"ERROR db {TEST}: FAIL: Subtest TestX.test_parts (<subtest>)\nboom",
            f"INFO db {TEST}: Starting TestX.test_browser ...",
            f"INFO db {TEST}: skipped TestX.test_browser : no chrome",
            f"ERROR db {TEST}: ERROR: setUpClass ({TEST}.TestY)\nboom",
            "ERROR db odoo.sql_db: bad query",
            SUMMARY,
        )
    )
    assert run.finished and run.passed == 1
    assert sorted(name.partition(":")[2] for name in run.failed) == [
        "TestX.test_bad",
        "TestX.test_parts",
        f"setUpClass ({TEST}.TestY)",
    ]
    assert "AssertionError: 1" in run.failed[f"{TEST}:TestX.test_bad"][0]
    assert list(run.skipped.values()) == ["no chrome"]
    assert len(run.errors) == 1


def test_log_that_breaks_off_is_not_finished():
    text = log_of(f"INFO db {TEST}: Starting TestX.test_good ...")
    assert not odoo_log.TestRun(text).finished


@pytest.mark.parametrize(
    ("entry", "counts"),
    [
        ("WARNING legal_x odoo.addons.legal_crm.models.a: look out", True),
        ("WARNING legal_x odoo.fields: Field legal.matter.name: look out", True),
        (
            "WARNING db py.warnings: /x/addons/legal_crm/a.py:1: DeprecationWarning",
            True,
        ),
        ("ERROR db odoo.addons.mail: boom", True),
        ("WARNING legal_x odoo.addons.mail: look out", False),
        ("INFO db odoo.addons.legal_crm.models.a: fine", False),
    ],
)
def test_installing_has_to_be_silent(entry, counts):
    assert bool(odoo_log.complaints(log_of(entry), ["legal_crm"])) == counts


def test_no_test_at_all_fails(capsys):
    assert testing.Tally().close() == 1
    assert capsys.readouterr().out.endswith("\n0 passed, 1 failed\n")


def test_selection_knows_our_tests():
    tags = [tag for tag, _name in selection.odoo_tests()]
    assert all(tag.startswith("/") and ":" in tag for tag in tags)


# -- the mailbox


def test_mailbox_keeps_mail_as_it_came(tmp_path):
    message = b"Subject: M\xfcller\r\n\r\n.dot\r\n\r\nend\r\n"
    with Mailbox(tmp_path) as mailbox, smtplib.SMTP("127.0.0.1", mailbox.port) as smtp:
        with contextlib.suppress(smtplib.SMTPServerDisconnected):
            smtp.sendmail("a@firm.example", ["b@client.example"], message)
    (kept,) = tmp_path.glob("*.eml")
    assert kept.read_bytes().endswith(message)
    assert b"rcpt to:<b@client.example>" in kept.read_bytes().lower()
