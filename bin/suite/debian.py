"""Odoo 19 from Debian, without installing it: fetched by apt, unpacked by us.

The package odoo-19 is in Debian's suite sid only. Its dependencies are another
release's, so it is unpacked into the cache and its Python needs come from
requirements.txt. apt runs with folders of its own: nothing of the system changes
and no root is needed; it checks the signatures as always.
"""

import os
import re
import shutil
from pathlib import Path

from . import cache, paths, process
from .messages import Problem, say

# The package holds relative links to these, so they go to the same place.
FROM_SID = (
    "odoo-19 fonts-roboto-unhinted fonts-montserrat fonts-ocr-b "
    "libjs-jquery libjs-underscore libjs-jquery-form"
).split()
# Newer ones have other file names than Odoo's links.
FROM_THIS_RELEASE = "fonts-font-awesome fonts-inconsolata".split()
DIST_PACKAGES = "usr/lib/python3/dist-packages"
# Left out of the package; the bundle of every page asks for it.
MISSING_FILE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
WITHOUT = ", or set ODOO_HOME to an Odoo 19 that you have"


def odoo():
    """The folder with Odoo's Python packages, fetched when it is not there."""
    return cache.part(_name(), _build) / DIST_PACKAGES


def is_there():
    return (paths.cache() / _name()).is_dir()


def _name():
    return "odoo-19-" + cache.key_of(FROM_SID, FROM_THIS_RELEASE, MISSING_FILE)


def _build(folder):
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise Problem(
                f"Odoo 19 is fetched with Debian's {program}, which this machine does "
                "not have: set ODOO_HOME to an Odoo 19 that you have."
            )
    say("Fetching Odoo 19 (130 MB, once per machine) ...")
    work = cache.folder() / "apt"
    _download(work)
    say("Unpacking it ...")
    for name in FROM_SID + FROM_THIS_RELEASE:
        # the newest, if an interrupted set-up had fetched an older one
        packages = (work / "debs").glob(f"{name}_*.deb")
        package = max(packages, key=lambda path: path.stat().st_mtime)
        process.run(["dpkg-deb", "-x", package, folder], f"unpacking {package.name}")
    missing = folder / DIST_PACKAGES / MISSING_FILE
    missing.parent.mkdir(parents=True, exist_ok=True)
    missing.touch()
    shutil.rmtree(work, ignore_errors=True)


def _download(work):
    debs = work / "debs"
    for name in ("lists/partial", "archives/partial", "debs"):
        (work / name).mkdir(parents=True, exist_ok=True)
    release, source = _own_source()
    is_stanza = source.startswith("Types:")
    sources = work / ("suite.sources" if is_stanza else "suite.list")
    sources.write_text(source)
    options = {
        "Dir::Etc::sourcelist": sources if not is_stanza else "/dev/null",
        "Dir::Etc::sourceparts": work / "parts" if is_stanza else "/dev/null",
        "Dir::State::Lists": work / "lists",
        "Dir::Cache": work,
        "APT::Sandbox::User": "root",
        "APT::Update::Error-Mode": "any",
        "Acquire::Languages": "none",
        "Acquire::Retries": "2",
        "Acquire::http::Timeout": "30",
        "Acquire::https::Timeout": "30",
    }
    if is_stanza:
        # deb822 files are read from the folder of parts only
        (work / "parts").mkdir(exist_ok=True)
        os.replace(sources, work / "parts" / "suite.sources")
    apt = ["apt-get", "-q"]
    for name, value in options.items():
        apt += ["-o", f"{name}={value}"]
    doing = "fetching Odoo 19"
    process.run([*apt, "update"], doing, WITHOUT)
    wanted = [f"{name}/sid" for name in FROM_SID]
    wanted += [f"{name}/{release}" for name in FROM_THIS_RELEASE]
    process.run([*apt, "download", *wanted], doing, WITHOUT, cwd=debs)


def _own_source():
    """This machine's release and its own Debian source, with sid added.

    The mirror is taken over as it is, since it is the one that this machine reaches.
    """
    release = _release()
    names = {release, "stable", "testing", "unstable", "sid", "oldstable"}
    folder = Path("/etc/apt/sources.list.d")
    for path in sorted(folder.glob("*.sources")):
        text = re.sub(r"(?m)^#.*\n", "", path.read_text(errors="replace"))
        for stanza in re.split(r"\n\s*\n", text):
            fields = dict(re.findall(r"(?m)^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza))
            if fields.get("Enabled", "yes").strip() == "no":
                continue
            suites = set(fields.get("Suites", "").split()) & names
            if "deb" in fields.get("Types", "").split() and suites:
                fields |= {"Types": "deb", "Components": "main"}
                own = _own_suite(suites, release)
                fields["Suites"] = " ".join(sorted({own, "sid"}))
                return own, "".join(f"{k}: {v}\n" for k, v in fields.items())
    for path in [Path("/etc/apt/sources.list"), *sorted(folder.glob("*.list"))]:
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        for line in lines:
            found = re.match(r"deb\s+(\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+.*\bmain\b", line)
            if found and found[3] in names:
                own = _own_suite({found[3]}, release)
                start = f"deb {found[1] or ''}{found[2]}"
                return own, "".join(f"{start} {s} main\n" for s in {own, "sid"})
    raise Problem(
        "Odoo 19 is fetched from Debian and this machine names no Debian source in "
        "/etc/apt: set ODOO_HOME to an Odoo 19 that you have."
    )


def _own_suite(suites, release):
    return release if release in suites else sorted(suites)[0]


def _release():
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        return ""
    found = re.search(r"(?m)^VERSION_CODENAME=\"?(\w+)", text)
    return found[1] if found else ""
