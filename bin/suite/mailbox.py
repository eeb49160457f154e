"""A mail server that keeps: what the demo firm sends becomes a file, no more."""

import itertools
import socketserver
import threading
import time
from pathlib import Path


class Mailbox(socketserver.ThreadingTCPServer):
    """Takes every mail by SMTP and writes it to a folder as it came."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, folder):
        self.folder = Path(folder)
        self.numbers = itertools.count(1)
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.port = self.server_address[1]

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.shutdown()
        self.server_close()

    def keep(self, envelope, message):
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{next(self.numbers):04d}"
        partial = self.folder / f".{name}"
        partial.write_bytes(envelope + message)
        partial.rename(self.folder / f"{name}.eml")


class _Conversation(socketserver.StreamRequestHandler):
    """The part of SMTP that a client needs to get rid of a mail."""

    def handle(self):
        self.say("220 mailbox")
        envelope = []
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb in (b"MAIL", b"RCPT"):
                envelope.append(line.strip())
            elif verb == b"DATA":
                self.say("354 go on")
                self.server.keep(_headers(envelope), self.message())
                envelope = []
            elif verb == b"QUIT":
                return self.say("221 bye")
            self.say("250 kept")

    def message(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


def _headers(envelope):
    return b"".join(b"X-Envelope: " + line + b"\r\n" for line in envelope)
