"""An IMAP server of the tests' own (RFC 3501, as far as a box needs it) on a socket of loopback, with or without TLS.

with imap_server() as server:
    uid = server.add(b"Subject: a mail\r\n\r\n")
    ...
    assert server.flags(uid) == {r"\\Seen"}
"""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

USER = "bounces@papers.example"
PASSWORD = 'quoted "secret" \\ of the tests'  # as hard to quote as one gets
_SEEN = "\\Seen"
_PARTIAL = re.compile(r"BODY\.PEEK\[\]<0\.(\d+)>")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass
class Letter:
    """A mail in the folder."""

    content: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer(socketserver.ThreadingTCPServer):
    """One folder, `INBOX` unless it is named, and one user. `commands` is all that clients said, but for passwords.

    It refuses with NO the commands in `refused`, and hangs up at those in `dropped`.
    """

    daemon_threads = True
    block_on_close = True

    def __init__(self, certificate: Path | None = None, folder: str = "INBOX") -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.folder = folder
        self.letters: dict[int, Letter] = {}
        self.commands: list[str] = []
        self.refused: set[str] = set()
        self.dropped: set[str] = set()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.server_address[1]
        return port

    def add(self, content: bytes, *flags: str) -> int:
        """Puts a mail into the folder; its UID. They have gaps."""
        uid = 10 + 7 * len(self.letters)
        self.letters[uid] = Letter(content, set(flags))
        return uid

    def flags(self, uid: int) -> set[str]:
        """How a mail is marked."""
        return self.letters[uid].flags

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """A new connection; where there is TLS, that is agreed on when something is said."""
        found, address = super().get_request()
        if not self.context:
            return found, address
        return self.context.wrap_socket(found, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust the certificate, or has gone: the test sees what it says."""


class _Talk(socketserver.StreamRequestHandler):
    """The talk with one client."""

    server: ImapServer

    disable_nagle_algorithm = True
    timeout = 10

    def handle(self) -> None:
        self._say("* OK ready")
        for raw in iter(self.rfile.readline, b""):
            tag, _, rest = raw.decode().rstrip("\r\n").partition(" ")
            words = rest.split(" ")
            name = " ".join(words[:2] if words[0] == "UID" else words[:1])
            self.server.commands.append(name if name == "LOGIN" else rest)
            if name in self.server.dropped:
                return
            answer = (
                f"NO [ALERT] not today: {rest}" if name in self.server.refused else self._answer(name, rest)
            )
            self._say(f"{tag} {answer}")
            if name == "LOGOUT":
                return

    def _answer(self, name: str, rest: str) -> str:
        """Does what is asked, and gives how that ended."""
        if name == "LOGIN":
            is_known = [_plain(match) for match in _STRING.findall(rest)] == [USER, PASSWORD]
            return "OK logged in" if is_known else "NO [AUTHENTICATIONFAILED] Authentication failed."
        if name == "SELECT":
            if [_plain(match) for match in _STRING.findall(rest)] != [self.server.folder]:
                return "NO [NONEXISTENT] no such folder"
            self._say(f"* {len(self.server.letters)} EXISTS")
            return "OK [READ-WRITE] selected"
        if name == "UID SEARCH":
            unseen = [str(uid) for uid, each in self.server.letters.items() if _SEEN not in each.flags]
            self._say(f"* SEARCH {' '.join(reversed(unseen))}".rstrip())
        elif name == "UID FETCH":
            self._fetch(rest)
        elif name == "UID STORE" and (letter := self._letter(rest)):
            letter.flags.update(re.findall(r"\\\w+", rest))
        elif name == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _fetch(self, rest: str) -> None:
        letter, partial = self._letter(rest), _PARTIAL.search(rest)
        if letter and partial:
            content = letter.content[: int(partial[1])]
            self._say("* 9 FETCH (FLAGS (\\Recent))")  # servers say what they like in between
            self.wfile.write(b"* 1 FETCH (BODY[]<0> {%d}\r\n%s UID 1)\r\n" % (len(content), content))

    def _letter(self, rest: str) -> Letter | None:
        return self.server.letters.get(int(rest.split(" ")[2]))

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted)


@contextlib.contextmanager
def imap_server(certificate: Path | None = None, folder: str = "INBOX") -> Iterator[ImapServer]:
    """A server that runs as long as the context lasts."""
    with ImapServer(certificate, folder) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
