"""One conversation of the tests' SMTP server: RFC 5321 with STARTTLS, AUTH and SIZE, strict where clients err."""

from __future__ import annotations

import base64
import contextlib
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tests.digests.smtp_script import Act, Drop, Phase, Raw, Say, Script, Stall

_LINE = 1_000  # RFC 5321 4.5.3.1.6: with CRLF, without the dot put before it
_PATH = re.compile(r"(FROM|TO):<([^<> ]*)>((?: [^ ]+)*)", re.IGNORECASE)


@dataclass(frozen=True)
class Stored:
    """A message that the server has accepted: its envelope, its bytes, the number of its connection from 0."""

    sender: str
    recipient: str
    content: bytes
    connection: int


@dataclass
class Seen:
    """What the server saw of a connection: its commands in their order (of AUTH no more than the mechanism)."""

    number: int
    commands: list[str] = field(default_factory=list)
    is_encrypted: bool = False
    user: str = ""
    faults: list[str] = field(default_factory=list)


class House(Protocol):
    """What a conversation needs of its server."""

    script: Script
    context: ssl.SSLContext | None
    login: tuple[str, str] | None
    is_implicit: bool
    size: int
    most: int | None

    def store(self, stored: Stored) -> None:
        """Keeps a message."""
        ...


class HungUpError(Exception):
    """The conversation is over."""


class Conversation:
    """Speaks with one client, until it leaves or a rule of the script ends it."""

    def __init__(self, house: House, sock: socket.socket, seen: Seen) -> None:
        self._house, self._seen = house, seen
        self._sock, self._file = sock, sock.makefile("rb")
        self._sender = self._recipient = ""
        self._messages = 0

    def run(self) -> None:
        """The whole conversation; what the network does to it ends it."""
        try:
            if self._house.is_implicit:
                self._encrypt()
            self._go(Phase.GREETING, "220 mail.papers.example ESMTP")
            while True:
                self._command(self._line())
        except (HungUpError, OSError, ValueError):  # ValueError: closed by the test's end
            pass
        finally:
            self.hang_up()
            with contextlib.suppress(OSError):
                self._file.close()
            self._sock.close()

    def hang_up(self) -> None:
        """Ends the connection below any TLS; whichever thread is in the conversation notices, and closes."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def _command(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        self._seen.commands.append(f"AUTH {rest.split(' ')[0]}" if verb == "AUTH" else line)
        commands: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo, "STARTTLS": self._starttls, "AUTH": self._auth, "MAIL": self._mail,
            "RCPT": self._rcpt, "DATA": self._data, "RSET": self._rset, "NOOP": self._noop, "QUIT": self._quit,
        }  # fmt: skip
        commands.get(verb, self._unknown)(rest)

    def _ehlo(self, name: str) -> None:
        lines = ["mail.papers.example", f"SIZE {self._house.size}", "8BITMIME", "ENHANCEDSTATUSCODES"]
        if self._house.context and not self._seen.is_encrypted:
            lines.append("STARTTLS")
        if self._house.login and (self._seen.is_encrypted or not self._house.context):
            lines.append("AUTH PLAIN LOGIN")
        self._go(Phase.EHLO, "\n".join(f"250 {line}" for line in lines))

    def _starttls(self, _: str) -> None:
        if self._house.context is None or self._seen.is_encrypted:
            self._say("503 5.5.1 no TLS here")
        elif self._go(Phase.STARTTLS, "220 2.0.0 go ahead"):
            self._encrypt()

    def _encrypt(self) -> None:
        assert self._house.context
        self._sock = self._house.context.wrap_socket(self._sock, server_side=True)
        self._file = self._sock.makefile("rb")
        self._seen.is_encrypted = True

    def _auth(self, rest: str) -> None:
        mechanism, _, initial = rest.partition(" ")
        if mechanism == "LOGIN":
            user, password = initial or self._challenge(b"Username:"), self._challenge(b"Password:")
            given = tuple(base64.b64decode(each).decode() for each in (user, password))
        else:
            given = tuple(base64.b64decode(initial or self._challenge(b"")).decode().split("\0")[1:])
        is_right = self._go(
            Phase.AUTH,
            "235 2.7.0 welcome" if given == self._house.login else "535 5.7.8 wrong user or password",
        )
        self._seen.user = given[0] if is_right else ""

    def _challenge(self, prompt: bytes) -> str:
        self._say(f"334 {base64.b64encode(prompt).decode()}")
        return self._line()

    def _mail(self, rest: str) -> None:
        path = _PATH.fullmatch(rest)
        if self._house.login and not self._seen.user:
            self._say("530 5.7.0 authentication is required")
        elif self._house.most is not None and self._messages >= self._house.most:
            self._say("421 4.7.0 enough for one connection")
        elif self._sender or path is None:
            self._say("503 5.5.1 no MAIL here")
        elif any(int(size) > self._house.size for size in re.findall(r"SIZE=(\d+)", path[3])):
            self._say("552 5.3.4 too big")
        elif self._go(Phase.MAIL, "250 2.1.0 ok"):
            self._sender = path[2]

    def _rcpt(self, rest: str) -> None:
        path = _PATH.fullmatch(rest)
        if not self._sender or self._recipient or path is None:
            self._say("503 5.5.1 no RCPT here")
            return
        if self._go(Phase.RCPT, "250 2.1.5 ok", path[2]):
            self._recipient = path[2]

    def _data(self, _: str) -> None:
        if not self._recipient:
            self._say("503 5.5.1 no DATA here")
            return
        sender, recipient = self._sender, self._recipient
        if not self._go(Phase.DATA, "354 end with a dot", recipient):
            return
        content = self._text(self._act(Phase.TEXT, recipient))
        self._sender = self._recipient = ""
        self._messages += 1
        stored = Stored(sender, recipient, content, self._seen.number)
        act = self._act(Phase.DOT, recipient)
        if act is not None:
            self._do(act)
            return
        self._house.store(stored)
        self._go(Phase.STORED, "250 2.0.0 stored", recipient)

    def _text(self, act: Act | None) -> bytes:
        content = bytearray()
        least = act.after if isinstance(act, Drop) else None
        while True:
            if least is not None and len(content) >= least:
                raise HungUpError
            line = self._file.readline()
            if not line:
                raise HungUpError
            if len(line.removeprefix(b".")) > _LINE or not line.endswith(b"\r\n") or b"\r" in line[:-2]:
                self._seen.faults.append(f"a line of {len(line)} bytes that ends with {line[-2:]!r}")
            if line == b".\r\n":
                return bytes(content)
            content += line.removeprefix(b".")

    def _rset(self, _: str) -> None:
        self._sender = self._recipient = ""
        self._go(Phase.RSET, "250 2.0.0 ok")

    def _noop(self, _: str) -> None:
        self._go(Phase.NOOP, "250 2.0.0 ok")

    def _quit(self, _: str) -> None:
        self._go(Phase.QUIT, "221 2.0.0 bye")
        raise HungUpError

    def _unknown(self, _: str) -> None:
        self._say("500 5.5.2 what?")

    def _go(self, phase: Phase, usual: str, recipient: str = "") -> bool:
        """Answers, or does what the script has for here; whether the command is accepted."""
        act = self._act(phase, recipient)
        if act is not None:
            return self._do(act)
        self._say(usual)
        return usual[0] in "23"

    def _act(self, phase: Phase, recipient: str) -> Act | None:
        """What the script has for here, when its stall is over."""
        act = self._house.script.act(phase, recipient)
        if not isinstance(act, Stall):
            return act
        act.reached.set()
        act.released.wait()
        return None

    def _do(self, act: Act) -> bool:
        if isinstance(act, Drop):
            raise HungUpError
        if isinstance(act, Raw):
            self._sock.sendall(act.content)
            return act.is_accepted
        assert isinstance(act, Say)
        self._say(act.answer)
        return act.answer[0] in "23"

    def _say(self, answer: str) -> None:
        code = answer[:3]
        lines = [line[4:] if line.startswith(code) else line for line in answer.split("\n")]
        written = "".join(f"{code}-{line}\r\n" for line in lines[:-1]) + f"{code} {lines[-1]}\r\n"
        self._sock.sendall(written.encode())
        if code == "421":
            raise HungUpError

    def _line(self) -> str:
        line = self._file.readline()
        if not line.endswith(b"\r\n"):
            raise HungUpError
        return line[:-2].decode()
