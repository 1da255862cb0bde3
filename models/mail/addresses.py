"""Mail addresses: what is one, how it is written, and when two are the same."""

from __future__ import annotations

from typing import NamedTuple

from models.errors import AddressError

LONGEST = 254
"""Characters of an address at most: those of a path (RFC 5321, section 4.5.3.1.3) without its angle brackets."""


class Address(NamedTuple):
    """A mail address in ASCII, as mail is sent to it, and what all spellings of it have in common."""

    address: str
    folded: str


def normalised(text: str) -> Address:
    """The address that a person has written, without the white space around it.

    The domain is in lower case, an international one in Punycode (RFC 5890); the part before the @ stays as it is
    written, as only its own server knows whether case matters there, and does not count for `folded`. Nobody is
    asked whether the domain exists.

    Raises AddressError, with a sentence that does not hold the address: for what is none, for more than LONGEST
    characters, and for what other mail servers stumble over: letters beyond ASCII or quotes before the @, addresses
    of machines in brackets, names that are reserved for other uses.
    """
    from email_validator import EmailNotValidError, validate_email  # 50 ms that only few commands need

    given = text.strip()
    if not given:
        raise AddressError("the mail address is missing")
    if len(given) > LONGEST:
        raise AddressError(f"a mail address has at most {LONGEST} characters")
    try:
        found = validate_email(given, allow_smtputf8=False, strict=True, check_deliverability=False)
    except EmailNotValidError as error:
        raise AddressError(f"not a mail address: {_sentence(error)}") from error
    address = f"{found.ascii_local_part}@{found.ascii_domain}"  # both there, as nothing else was allowed
    return Address(address, address.casefold())


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".").replace("The email address", "it")
    return text[:1].lower() + text[1:]
