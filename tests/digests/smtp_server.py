"""An SMTP server of the tests' own: real sockets on loopback, and at each step what a test wants of it.

    with smtp_server() as server:
        server.on(Phase.RCPT, Say("550 5.1.1 no such user"), recipient="bob@reader.example")
        ...
        assert [each.recipient for each in server.messages] == ["ada@reader.example"]

For tests that kill it, or whose clients are killed, it is a process of its own as well: `python -m
tests.digests.smtp_server --port 0 --store FOLDER [--on RULE]... [--certificate PEM]` prints its port and a line
feed when it is ready; each message that it accepts is a file, which is there before the answer: `stored_in` reads them.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import socket
import ssl
import sys
from pathlib import Path
from threading import Condition, Thread
from typing import Self
from urllib.parse import quote, unquote

from tests.digests.smtp_conversation import Conversation, Seen, Stored
from tests.digests.smtp_script import PATIENCE, Act, Phase, Rule, Script, parse_rule

LARGEST = 10_000_000


class SmtpServer:
    """Accepts every message, but for what its script says; a thread for each connection.

    `certificate` is a file of key and certificate in PEM: STARTTLS is offered with it, or TLS is from the start
    (`is_implicit`). With a `login` nobody sends without it. `most` messages are taken over a connection, 421 then.
    """

    def __init__(
        self,
        certificate: Path | None = None,
        *,
        is_implicit: bool = False,
        login: tuple[str, str] | None = None,
        size: int = LARGEST,
        most: int | None = None,
        folder: Path | None = None,
        port: int = 0,
        receive_buffer: int | None = None,
    ) -> None:
        self.script = Script()
        self.context = _context(certificate) if certificate else None
        self.is_implicit, self.login, self.size, self.most = is_implicit, login, size, most
        self._folder = folder
        self._numbers = itertools.count(len(stored_in(folder)) if folder else 0)
        self._messages: list[Stored] = []
        self._changed = Condition()
        self._seen: list[Seen] = []
        self._talks: list[tuple[Conversation, Thread]] = []
        self._listener = _listener(port, receive_buffer)
        self.port: int = self._listener.getsockname()[1]  # on 127.0.0.1
        self._thread = Thread(target=self._accept, daemon=True)
        self._is_open = True

    @property
    def url(self) -> str:
        """Its address as it stands in SMTP_URL, with the login."""
        scheme = "smtps" if self.is_implicit else "smtp"
        user = f"{quote(self.login[0], safe='')}:{quote(self.login[1], safe='')}@" if self.login else ""
        return f"{scheme}://{user}127.0.0.1:{self.port}{'' if self.context else '?tls=off'}"

    @property
    def messages(self) -> list[Stored]:
        """What it has accepted so far, in that order."""
        with self._changed:
            return list(self._messages)

    @property
    def connections(self) -> list[Seen]:
        """What it has seen of each connection, in their order."""
        with self._changed:
            return list(self._seen)

    def on(
        self, phase: Phase, act: Act, *, recipient: str | None = None, skip: int = 0, times: int | None = None
    ) -> None:
        """Does so from now on: for a recipient or all, after `skip` times, so many times or always."""
        self.script.add(Rule(phase, act, recipient, skip, times))

    def wait_for(self, messages: int) -> list[Stored]:
        """All messages, when there are so many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._messages) >= messages, PATIENCE)
            return list(self._messages)

    def hang_up(self) -> None:
        """Ends all connections that there are, and waits until they are ended."""
        with self._changed:
            talks, self._talks = self._talks, []
        for talk, _ in talks:
            talk.hang_up()
        for _, thread in talks:
            thread.join(PATIENCE)

    def __enter__(self) -> Self:
        """Begins to accept."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends the stalls, the connections and itself."""
        self._is_open = False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            self._thread.join(PATIENCE)  # the connection wakes it
        self._listener.close()
        self.script.release()
        self.hang_up()

    def store(self, stored: Stored) -> None:
        """Keeps a message, as a file too where there is a folder."""
        with self._changed:
            if self._folder:
                _write(self._folder, next(self._numbers), stored)
            self._messages.append(stored)
            self._changed.notify_all()

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if not self._is_open:
                sock.close()
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._changed:
                seen = Seen(len(self._seen))
                talk = Conversation(self, sock, seen)
                thread = Thread(target=talk.run, daemon=True)
                self._seen.append(seen)
                self._talks = [each for each in self._talks if each[1].is_alive()]
                thread.start()
                self._talks.append((talk, thread))


smtp_server = SmtpServer
"""By this name it reads as what it is in a `with`."""


def stored_in(folder: Path) -> list[Stored]:
    """The messages that a server has stored as files of a folder, in their order; their connections are not known."""
    found = []
    for path in sorted(folder.glob("*.eml")):
        _, sender, recipient = path.stem.split(" ")
        found.append(Stored(unquote(sender), unquote(recipient), path.read_bytes(), -1))
    return found


def _write(folder: Path, number: int, stored: Stored) -> None:
    path = folder / f"{number:06} {quote(stored.sender, '@')} {quote(stored.recipient, '@')}.eml"
    draft = path.with_suffix(".tmp")
    draft.write_bytes(stored.content)
    draft.replace(path)


def _listener(port: int, receive_buffer: int | None) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if receive_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def main() -> None:
    """Serves until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--on", type=parse_rule, action="append", default=[])
    given = parser.parse_args()
    given.store.mkdir(parents=True, exist_ok=True)
    with smtp_server(given.certificate, folder=given.store, port=given.port) as server:
        for rule in given.on:
            server.script.add(rule)
        print(server.port, flush=True)  # noqa: T201 - whoever started it reads it
        sys.stdin.read()


if __name__ == "__main__":
    main()
