"""What the commands say: progress, and one clear sentence when they cannot go on."""

import errno
import os
import re
import sys
import time
import traceback

from . import paths

# What the programs that we call write when ... (they run with LC_ALL=C)
DISK_FULL = re.compile(r"No space left on device|Disk quota exceeded|ENOSPC")
NO_NETWORK = re.compile(
    r"Temporary failure (in name resolution|resolving)|Could not resolve|"
    r"Could not connect|Unable to connect|Network is unreachable|"
    r"Cannot initiate the connection|Connection (refused|timed out|reset)|"
    r"NewConnectionError|ConnectTimeout|ReadTimeoutError|ProxyError|"
    r"Name or service not known|Max retries exceeded|No route to host"
)


class Problem(Exception):
    """Something the person at the keyboard can act upon; its text is a sentence."""


class Stopped(KeyboardInterrupt):
    """Somebody pressed Ctrl-C or sent a signal to end the command."""


def say(text):
    print(text, flush=True)


def guarded(main, name):
    """Exit code of ``main``; problems become one sentence, never a traceback."""
    try:
        return main() or 0
    except Problem as problem:
        return complain(name, str(problem))
    except KeyboardInterrupt:
        sys.stderr.write(f"{name}: stopped.\n")
        return 130
    except BrokenPipeError:
        # the reader of our output is gone; what is left to say goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return complain(name, sentence_for(error))
    except Exception as error:
        where = keep_traceback()
        return complain(
            name, f"this should not happen: {error!r}; the details are in {where}."
        )


def complain(name, sentence):
    sys.stdout.flush()
    sys.stderr.write(f"{name}: {sentence}\n")
    return 1


def sentence_for(error):
    """A sentence for what the operating system refused."""
    what = error.filename or "a file"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{what} cannot be written or read by this user: change its owner, or "
            "run the command as the user it belongs to."
        )
    return f"{what}: {error.strerror or error}; details are in {keep_traceback()}."


def disk_full():
    return (
        "the disk is full: free some space (2.5 GB for everything) and run the "
        "command again; it goes on where it stopped."
    )


def keep_traceback():
    """Write the current traceback where a developer finds it."""
    try:
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        target = paths.LOGS / "errors.log"
        with target.open("a") as log:
            log.write(time.strftime("\n%Y-%m-%d %H:%M:%S\n"))
            traceback.print_exc(file=log)
        return paths.short(target)
    except OSError:
        return "no file, as the log cannot be written"


def explain(output, doing, fetching=""):
    """The sentence for a program that failed, from what it wrote.

    :param fetching: what it was to fetch, with the way to do without
    """
    if DISK_FULL.search(output):
        return disk_full()
    if fetching and NO_NETWORK.search(output):
        return (
            f"{doing} failed, since the network cannot be reached: connect and run "
            f"the command again{fetching}."
        )
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [
        line for line in lines if re.match(r"(E:|ERROR|error|FATAL|.*Err)", line)
    ]
    reason = (telling or lines or ["it said nothing"])[-1]
    return f"{doing} failed ({reason[:300]}); all it said is in {paths.SETUP_LOG_NAME}."
