"""bin/odoo: Odoo's own command, with the suite's configuration and addons."""

import os
import signal
import subprocess
import sys

from . import bootstrap, configuration, paths, postgres, process, venv


def main():
    odoo = bootstrap.prepare(venv.RUN)
    arguments = sys.argv[1:]
    conf_path = configuration_file(arguments)
    conf = configuration.read(conf_path)
    argv = [str(paths.PYTHON), str(paths.LAUNCHER), *arguments]
    with postgres.running(conf) as server:
        environ = configuration.environment(odoo, server, conf, conf_path)
        if not server.own:
            # nothing is left for us to do afterwards
            sys.stdout.flush()
            os.execve(paths.PYTHON, argv, environ)
        return attend(argv, environ)


def configuration_file(arguments):
    """The file that -c names, since it may name a PostgreSQL."""
    for index, argument in enumerate(arguments):
        if argument in ("-c", "--config"):
            return arguments[index + 1] if index + 1 < len(arguments) else None
        if argument.startswith("--config="):
            return argument.partition("=")[2]
        if argument.startswith("-c") and not argument.startswith("--"):
            return argument[2:]
    return None


def attend(argv, environ):
    """Run it with our terminal; what ends us is for it to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells it as well
    child = subprocess.Popen(argv, env=environ, preexec_fn=_fresh_child)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    code = child.wait()
    return 128 - code if code < 0 else code


def _fresh_child():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    process.die_with_parent()
