"""What bin/odoo, bin/serve and bin/test share.

The commands run with any Python of the machine and its standard library only,
until the virtual environment is there; then they go on in it. This file is read
by Pythons too old for the rest, so it stays in their language.
"""

import sys


def start(module, name):
    """Run ``main`` of a module and turn what goes wrong into one sentence."""
    if not (3, 10) <= sys.version_info[:2] <= (3, 13):
        sys.stderr.write(
            "{0}: Odoo 19 needs Python 3.10 to 3.13 and this is Python {1}.{2}: "
            "start it with another one, as in `python3.11 {0}`.\n".format(
                name, *sys.version_info[:2]
            )
        )
        return 1
    import importlib

    from . import messages

    return messages.guarded(lambda: importlib.import_module(module).main(), name)
