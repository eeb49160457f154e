"""Which tests are meant: everything, or what the words on the command line name."""

import ast
from pathlib import Path

from . import paths
from .messages import Problem

ALL = ("tools", "engine")


class Selection:
    """Test folders for pytest and test tags for Odoo."""

    def __init__(self, words):
        self.pure, self.tags, self.suite = [], [], []
        self.install = not words  # whether to look at what installing logs
        if not words:
            self.pure = pure_folders()
            self.tags = [f"/{addon}" for addon in paths.suite_addons()]
            self.suite = [[str(path)] for path in suite_tests()]
        for word in words:
            if not (self._path(word) or self._addon(word) or self._name(word)):
                raise Problem(f"no test is called {word}, nor is a file or an addon.")

    def _path(self, word):
        """A file or folder, with ::name as pytest has it."""
        path = (Path.cwd() / word.split("::")[0]).resolve()
        if not path.exists() or not path.is_relative_to(paths.ROOT):
            return False
        parts = path.relative_to(paths.ROOT).parts
        target = str(path) + "".join(word.partition("::")[1:])
        if parts[:1] == ("tests",):
            self.suite.append([target])
        elif parts[:1] == ("addons",) and len(parts) > 3 and parts[2] == "tests":
            _file, _, inside = word.partition("::")
            self.tags.append(f"{path}{inside and ':'}{inside.replace('::', '.')}")
        elif parts[:1] == ("addons",) and len(parts) > 3:
            self.pure.append([target])
        elif parts[:1] == ("addons",) and len(parts) == 2:
            return self._addon(parts[1])
        else:
            return False
        return True

    def _addon(self, word):
        """An addon, or addon:Class.method as Odoo has it."""
        addon = word.lstrip("/").split(":")[0]
        if addon not in paths.suite_addons():
            return False
        self.tags.append("/" + word.lstrip("/"))
        if ":" not in word:
            self.pure += [
                [folder]
                for (folder,) in pure_folders()
                if Path(folder).is_relative_to(paths.ADDONS / addon)
            ]
        return True

    def _name(self, word):
        """Part of the name of a test, a class or a file."""
        tags = [tag for tag, name in odoo_tests() if word.lower() in name.lower()]
        self.tags += tags
        pure = [[*folder, "-k", word] for folder in pure_folders()]
        self.pure += [target for target in pure if _mentioned(target[0], word)]
        tests = paths.ROOT / "tests"
        suite = suite_tests() and _mentioned(tests, word)
        if suite:
            self.suite.append([str(tests), "-k", word])
        return bool(tags or suite or self.pure)


def pure_folders():
    """Tests of code that needs no Odoo; one run of pytest each."""
    found = (path for part in ALL for path in paths.ADDONS.glob(f"*/{part}/tests"))
    return [[str(path)] for path in sorted(found) if any(path.rglob("test_*.py"))]


def suite_tests():
    """The files, the longest first: those are likely to run longest."""
    found = (paths.ROOT / "tests").glob("test_*.py")
    return sorted(found, key=lambda path: (-path.stat().st_size, path.name))


def odoo_tests():
    """(tag, searchable name) of every test that runs inside Odoo."""
    for path in sorted(paths.ADDONS.glob("*/tests/test_*.py")):
        for cls in ast.parse(path.read_text()).body:
            for method in cls.body if isinstance(cls, ast.ClassDef) else []:
                if getattr(method, "name", "").startswith("test"):
                    test = f"{cls.name}.{method.name}"
                    tag = f"/{path.parent.parent.name}:{test}"
                    yield tag, f"{path.name}.{test}"


def _mentioned(folder, word):
    return any(
        word.lower() in path.read_text().lower() + path.name.lower()
        for path in Path(folder).rglob("test_*.py")
    )
