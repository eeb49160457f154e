"""The virtual environment of the checkout: .venv/"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import cache, paths, process
from .locks import exclusive
from .messages import Problem, say

RUN = "requirements.txt"
DEVELOP = "requirements-dev.txt"
# Shared libraries of wkhtmltopdf that a small Debian may lack.
PDF_PACKAGES = "libxrender1 libfontconfig1 libxext6 libx11-6".split()


def ensure(*requirements, odoo=None):
    """Make or complete the environment; quick when it is."""
    if all(_stamp(name).exists() for name in requirements) and _is_sound():
        return _link_odoo(odoo)
    with exclusive(paths.LOCKS / "venv", "Waiting for another set-up to finish ..."):
        if not _is_sound():
            _create()
        for name in requirements:
            if not _stamp(name).exists():
                _install(name)
        _link_pdf()
    _link_odoo(odoo)


def enter():
    """Go on in the environment, if this process does not run in it yet."""
    if Path(sys.prefix).resolve() == paths.VENV.resolve():
        return
    sys.stdout.flush()
    os.execv(paths.PYTHON, [str(paths.PYTHON), *sys.argv])


def path():
    """PATH with the environment's programs first: wkhtmltopdf is one of them."""
    return f"{paths.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def _unfinished():
    return paths.VENV / ".installing"


def _stamp(name):
    """The file that says: what this list names is installed here."""
    text = (paths.ROOT / name).read_text()
    return paths.VENV / f".installed-{cache.key_of(name, text)}"


def _is_sound():
    """Whether it is there, not left half installed, and its Python still runs."""
    return (
        paths.PYTHON.exists()
        and not _unfinished().exists()
        and (paths.VENV / "bin" / "pip").exists()
    )


def _create():
    say("Making the virtual environment ...")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        _install_venv_module()
    process.run(
        [sys.executable, "-m", "venv", "--clear", paths.VENV],
        "making the virtual environment",
    )


def _install_venv_module():
    """Debian keeps it apart from Python."""
    if os.geteuid():
        raise Problem(
            "Python's module venv is missing: install it as root with "
            "`apt-get install python3-venv`, then run the command again."
        )
    apt_install(["python3-venv"], "installing python3-venv")


def _install(name):
    say(f"Installing what {name} names ...")
    pip = [paths.PYTHON, "-m", "pip", "install", "--quiet", "--no-input"]
    pip += ["--disable-pip-version-check", "--retries=2", "--timeout=30"]
    _unfinished().touch()
    process.run(
        [*pip, "-r", paths.ROOT / name], "installing Python packages", fetching=" "
    )
    _unfinished().unlink()
    for stamp in paths.VENV.glob(".installed-*"):
        if stamp.read_text() == name:
            stamp.unlink()
    _stamp(name).write_text(name)


def _link_pdf():
    """Odoo looks for it by this name."""
    link = paths.VENV / "bin" / "wkhtmltopdf"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to("wkhtmltopdf-pack")
    if _runs(link):
        return
    if not os.geteuid() and shutil.which("apt-get"):
        apt_install(PDF_PACKAGES, "installing the libraries for PDF")
    if not _runs(link):
        say(
            "Note: PDF files cannot be made, since wkhtmltopdf lacks libraries: "
            f"`apt-get install {' '.join(PDF_PACKAGES)}` as root."
        )


def _runs(program):
    return not subprocess.run([program, "--version"], capture_output=True).returncode


def apt_install(packages, doing):
    """Install Debian packages of this machine's own release, as root."""
    process.run(["apt-get", "-q", "update"], doing, fetching=" ")
    process.run(
        ["apt-get", "-qy", "install", "--no-install-recommends", *packages],
        doing,
        fetching=" ",
    )


def _link_odoo(odoo):
    """Make ``import odoo`` work for whoever uses .venv/bin/python by hand.

    Not while ODOO_HOME is set: Odoo would find the addons of both.
    """
    if odoo is None or odoo.given:
        return
    line = (
        "import os, sys; "
        f"os.environ.get('ODOO_HOME') or sys.path.append({str(odoo.home)!r})\n"
    )
    for site in paths.VENV.glob("lib/python3*/site-packages"):
        link = site / "odoo19.pth"
        if not link.exists() or link.read_text() != line:
            fresh = link.with_suffix(f".{os.getpid()}")
            fresh.write_text(line)
            os.replace(fresh, link)
