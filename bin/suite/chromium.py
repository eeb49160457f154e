"""A browser for the tests: the machine's, or Debian's chromium."""

import os
import shutil

from . import venv
from .messages import Problem, say

# The names that Odoo's test framework looks for, in its order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def find():
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure():
    if find():
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise Problem(
            "the tests need a browser: have Chromium installed, as root with "
            "`apt-get install chromium`, then run the command again."
        )
    say("Installing Chromium ...")
    venv.apt_install(["chromium"], "installing Chromium")
