"""Which Odoo 19 is used: the one that ODOO_HOME names, or Debian's."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from . import debian, paths
from .messages import Problem

LAYOUTS = (
    "",  # a git checkout, or a dist-packages folder
    debian.DIST_PACKAGES,  # an unpacked package
    "lib/python3*/site-packages",  # a virtual environment
    "lib/python3*/dist-packages",  # /usr, /usr/local
)


class Odoo(NamedTuple):
    home: Path  # the folder with the package "odoo"
    given: bool  # by ODOO_HOME, as opposed to fetched

    @property
    def addons_path(self):
        """Odoo's folders of addons: two in a checkout, one in a package.

        Debian's package has a second one too, with the remains of a build.
        """
        folders = [self.home / "odoo" / "addons", self.home / "addons"]
        whole = (folders[0] / "web" / "__manifest__.py").is_file()
        return folders[:1] if whole else [path for path in folders if path.is_dir()]

    @property
    def python_path(self):
        """A folder with nothing but this Odoo in it.

        Its own folder may hold other packages, made for another Python.
        """
        link = paths.STATE / "odoo-home" / "odoo"
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink() or Path(os.readlink(link)) != self.home / "odoo":
            fresh = link.with_name(f"odoo.{os.getpid()}")
            fresh.symlink_to(self.home / "odoo")
            os.replace(fresh, link)
        return link.parent


def find(environ=os.environ):
    given = environ.get("ODOO_HOME")
    if not given:
        return Odoo(debian.odoo(), given=False)
    top = Path(given).expanduser().absolute()
    if not top.is_dir():
        raise Problem(f"ODOO_HOME is {given}, and there is no such folder.")
    for home in candidates(top):
        if (home / "odoo" / "release.py").is_file():
            return checked(Odoo(home, given=True), given)
    raise Problem(
        f"ODOO_HOME is {given}, and there is no Odoo in it: name the folder of a git "
        "checkout (with odoo-bin), or the one that Odoo's Python package is in."
    )


def candidates(top):
    if top.name == "odoo" and (top / "release.py").is_file():
        yield top.parent
    for layout in LAYOUTS:
        yield from sorted(top.glob(layout)) if layout else [top]


def checked(odoo, given):
    """A sentence rather than a strange failure half an hour later."""
    release = (odoo.home / "odoo" / "release.py").read_text(errors="replace")
    found = re.search(r"version_info\s*=\s*\(\D*(\d+)\D+(\d+)", release)
    version = f"{found[1]}.{found[2]}" if found else "of unknown version"
    if version != "19.0":
        raise Problem(f"ODOO_HOME is {given}, and that is Odoo {version}, not 19.0.")
    missing = [
        name
        for name in ("base", "web", "mail", "crm")
        if not any(
            (path / name / "__manifest__.py").is_file() for path in odoo.addons_path
        )
    ]
    if missing:
        raise Problem(
            f"ODOO_HOME is {given}, and that Odoo lacks the addons "
            f"{', '.join(missing)}: name one that is complete."
        )
    return odoo
