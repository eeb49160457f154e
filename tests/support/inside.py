"""Python run inside Odoo, in a process of its own: ``bin/odoo shell``."""

import json
import subprocess
from pathlib import Path

from suite import paths, process

FOLDER = Path(__file__).resolve().parents[1] / "inside"
_MARK = "RESULT OF THE TEST: "


class InsideError(Exception):
    """What the process said instead of a result."""


def run(platform, database, code, commit=True, **values):
    """Run ``code`` with ``env`` and ``values``; the value of ``result`` comes back.

    :param str code: Python; ``tests/inside`` is importable in it
    :param values: anything that JSON can carry
    :raises InsideError: it raised
    """
    text = f"""
import json, sys, traceback
sys.path.insert(0, {str(FOLDER)!r})
values = json.loads({json.dumps(values)!r})
names = {{"env": env, "result": None}} | values
try:
    exec(compile({code!r}, "inside", "exec"), names)
    env.cr.{"commit" if commit else "rollback"}()
    print({_MARK!r} + json.dumps(names["result"], default=str), flush=True)
except BaseException:
    traceback.print_exc()
    sys.exit(1)
"""
    child = subprocess.run(
        [
            str(paths.PYTHON),
            str(paths.LAUNCHER),
            "shell",
            "--database",
            database,
            "--no-http",
            "--logfile",
            "",
            "--shell-interface",
            "python",
        ],
        input=text,
        text=True,
        capture_output=True,
        env=platform.installer.environ,
        cwd=paths.ROOT,
        preexec_fn=process.die_with_parent,
        check=False,
    )
    for line in child.stdout.splitlines():
        _, found, answer = line.partition(_MARK)
        if found:
            return json.loads(answer)
    raise InsideError(child.stderr[-6000:] or child.stdout[-2000:])
