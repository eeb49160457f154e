"""German and French are complete: run on addons/*/i18n/*.po and *.pot files.

Each text of an addon's template has a translation that is not marked as doubtful,
and no translation is left of a text that is gone.
"""

import sys
from pathlib import Path

import polib

LANGUAGES = ("de", "fr")


def texts(path):
    entries = polib.pofile(str(path))
    return {
        (entry.msgctxt, entry.msgid): entry for entry in entries if not entry.obsolete
    }


def findings(template, language):
    path = template.with_name(f"{language}.po")
    if not path.exists():
        yield f"{path}: is missing"
        return
    wanted, found = texts(template), texts(path)
    for key in wanted:
        entry = found.get(key)
        if entry is None:
            yield f"{path}: lacks {key[1]!r}"
        elif not entry.translated():
            yield f"{path}:{entry.linenum}: no sure translation of {key[1]!r}"
    for key in found.keys() - wanted.keys():
        yield f"{path}:{found[key].linenum}: {key[1]!r} is not in {template.name}"


def main(names):
    folders = sorted({Path(name).parent for name in names})
    found = []
    for folder in folders:
        template = folder / f"{folder.parent.name}.pot"
        if not template.exists():
            found.append(f"{template}: is missing")
            continue
        for language in LANGUAGES:
            found += findings(template, language)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
