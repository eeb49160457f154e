"""What the addons are made of: their fingerprints and what they depend on."""

import ast
import hashlib

from . import paths

# A change in these needs no upgrade of a database.
NOT_LOADED = {"__pycache__", "tests", "readme", "static"}


def fingerprints():
    """A hash of what a database holds of each of the suite's addons."""
    return {name: fingerprint(name) for name in paths.suite_addons()}


def note(demo):
    """What is remembered about a database that holds the suite as it is now."""
    return {"addons": fingerprints(), "demo": demo}


def fingerprint(addon):
    digest = hashlib.sha256()
    top = paths.ADDONS / addon
    for path in sorted(top.rglob("*")):
        relative = path.relative_to(top)
        if path.is_file() and not NOT_LOADED.intersection(relative.parts[:-1]):
            digest.update(f"{relative}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def manifest(addon):
    return ast.literal_eval((paths.ADDONS / addon / "__manifest__.py").read_text())


def core_dependencies():
    """Odoo's own addons that the suite needs: what a template is made of."""
    ours = paths.suite_addons()
    needed = {name for addon in ours for name in manifest(addon).get("depends", [])}
    return sorted(needed.difference(ours) | {"base"})
