"""From whom letters are, and where their links lead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult

from feeds.digests.lines import line
from feeds.digests.public_url import LONGEST_IN_HEADER, checked_url
from models.errors import AddressError, SettingsError
from models.mail.addresses import normalised
from models.mail.tokens import LENGTH

OUR_NAME = "Paper Round"
_LONGEST_LOCAL_PART = 64 - len("+b") - LENGTH  # RFC 5321, section 4.5.3.1.1
_LONGEST_ADDRESS = LONGEST_IN_HEADER - len("mailto:+u") - LENGTH
_LONGEST_NAME = 64
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_TRIAL = "digest@localhost"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The name and address that letters are from, where answers to them go, where links lead, and a postal address.

    Addresses and URL are ASCII; the URL has no slash at its end; `name` and `postal` are clean lines.
    """

    name: str
    address: str
    return_address: str
    public_url: str
    postal: str = ""

    @property
    def domain(self) -> str:
        """The domain that letters are from, and signed for."""
        return self.address.rpartition("@")[2]

    @property
    def is_secure(self) -> bool:
        """Whether links are https, as the one click of a mail program has to be (RFC 8058, section 3.1)."""
        return self.public_url.startswith("https:")

    def leave_url(self, token: str) -> str:
        """Where one leaves, with one click (RFC 8058) or with two."""
        return f"{self.public_url}/u/{token}"

    def manage_url(self, token: str) -> str:
        """Where one changes what one gets."""
        return f"{self.public_url}/manage/{token}"

    def confirm_url(self, token: str) -> str:
        """Where one confirms that one wants digests."""
        return f"{self.public_url}/confirm/{token}"

    def leave_mail(self, token: str) -> str:
        """The URL (RFC 6068) by which one leaves with a mail."""
        return f"mailto:{self._detailed(f'u{token}')}"

    def return_path(self, delivery_id: str) -> str:
        """The address to which a letter comes back; no other delivery has the same (VERP)."""
        return self._detailed(f"b{delivery_id}")

    def _detailed(self, detail: str) -> str:
        local, _, domain = self.return_address.rpartition("@")
        return f"{local}+{detail}@{domain}"


def make_letterhead(
    mail_from: str | None, mail_return: str | None, public_url: str, postal: str
) -> Letterhead:
    """The letterhead of the settings; SettingsError says what is wrong with them and what may be.

    Without `mail_from` it is one of the site's host, which does for letters that nobody sends.
    """
    url = checked_url(public_url)
    name, address = _sender(mail_from, url)
    letterhead = Letterhead(
        name=name,
        address=address,
        return_address=_address("PAPERROUND_MAIL_RETURN", mail_return) if mail_return else address,
        public_url=url.geturl(),
        postal=line(postal),
    )
    _check_return(letterhead, "PAPERROUND_MAIL_RETURN" if mail_return else "PAPERROUND_MAIL_FROM")
    return letterhead


def _sender(mail_from: str | None, url: SplitResult) -> tuple[str, str]:
    """Name and address."""
    if not mail_from:
        return OUR_NAME, _stand_in(url)
    if not mail_from.isprintable():
        raise SettingsError("PAPERROUND_MAIL_FROM: must be one line without control characters")
    found = _NAMED.fullmatch(mail_from.strip())
    name = line(found["name"].strip().strip('"')) if found else ""
    if len(name) > _LONGEST_NAME:
        raise SettingsError(f"PAPERROUND_MAIL_FROM: the name has at most {_LONGEST_NAME} characters")
    return name or OUR_NAME, _address("PAPERROUND_MAIL_FROM", found["address"] if found else mail_from)


def _address(setting: str, text: str) -> str:
    try:
        return normalised(text).address
    except AddressError as error:
        raise SettingsError(f"{setting}: {error}") from error


def _stand_in(url: SplitResult) -> str:
    try:
        address = normalised(f"digest@{url.hostname}").address
    except AddressError:  # a machine without a name in the DNS
        return _TRIAL
    return address if len(address) <= _LONGEST_ADDRESS else _TRIAL


def _check_return(letterhead: Letterhead, setting: str) -> None:
    """Refuses an address that leaves no room for what is put behind its part before the @."""
    local, _, domain = letterhead.return_address.rpartition("@")
    if "+" in local:
        raise SettingsError(
            f"{setting}: has a + of its own before the @, where bounces get theirs; give another"
            " address in PAPERROUND_MAIL_RETURN"
        )
    most = min(_LONGEST_LOCAL_PART, _LONGEST_ADDRESS - len(f"@{domain}"))
    if len(local) > most:
        raise SettingsError(
            f"{setting}: bounces and unsubscribe mails need {len(local) - most} more characters than this address"
            " leaves room for; give a shorter one in PAPERROUND_MAIL_RETURN"
        )
