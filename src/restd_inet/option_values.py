"""Values of options: a function for each kind, from the text that was typed, and what its words may be.

Each raises Usage with what was expected and what was found.
"""

from __future__ import annotations

from restd_inet import lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Words that stand for addresses.
UNIX, ANY = "unix", "any"

#: Authentication methods, modules of auth/ → the fields of a request that may hold a credential for them. A
#: module is loaded only if such a field is there, or if no method before it applies.
METHODS: dict[str, tuple[str, ...]] = {
    "local": (),
    "jwt": ("authorization", "x-slurm-user-token"),
}

#: The words of --security. The processes of restd-inet share neither descriptors nor semaphores with others,
#: so the words that let slurmrestd do so change nothing.
SECURITY = ("become_user", "disable_user_check", "disable_unshare_files", "disable_unshare_sysv")


class Usage(Exception):
    """An error in the command line; the text says what is wrong and what is expected."""


def count(text: str) -> int:
    """A whole number above 0; K, M and G are binary multiples."""
    units = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
    unit = units.get(text[-1:].upper(), 1)
    digits = text if unit == 1 else text[:-1]
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 16 and int(digits) > 0):
        raise Usage(f'expected a whole number above 0, such as 64 or 8K; found "{text}"')
    return int(digits) * unit


def number(text: str) -> int:
    """A whole number."""
    return 0 if text == "0" else count(text)


def seconds(text: str) -> float:
    """A time in seconds above 0, with an optional fraction. poll(2) cannot wait longer than 24 days."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 1e6:
        raise Usage(f'expected a number of seconds above 0, at most 1000000; found "{text}"')
    return value


def methods(text: str) -> tuple[str, ...]:
    """Names of METHODS, comma-separated; slurmrestd's prefix "rest_auth/" is optional."""
    names = tuple(name.strip().removeprefix("rest_auth/") for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in (*METHODS, "list")]
    if unknown or not names:
        raise Usage(f'unknown authentication method "{text}"; "-a list" prints them')
    return names


def security(text: str) -> str:
    """Words of SECURITY, comma-separated, in any case."""
    words = [word.lower() for word in listed(text)]
    unknown = [word for word in words if word not in SECURITY]
    if unknown:
        raise Usage(f'expected {", ".join(SECURITY)}; found "{unknown[0]}"')
    return ",".join(words)


def layout(text: str) -> str:
    """compact, pretty or auto; the last one counts. Flags of slurmrestd's that are not about layout are
    accepted: "no_tag" is about YAML, and "complex" about numbers that JSON does not have."""
    words = [word.lower() for word in listed(text)]
    chosen = [word for word in words if word in ("compact", "pretty", "auto")]
    if not words or not {*words} <= {*chosen, *_OTHER_FLAGS}:
        raise Usage(f'expected compact, pretty or auto; found "{text}"')
    return chosen[-1] if chosen else "auto"


def yaml_style(text: str) -> str:
    """compact or pretty, the last one; and no_tag."""
    words = [word.lower() for word in listed(text)]
    chosen = [word for word in words if word in ("compact", "pretty")]
    if not words or not {*words} <= {*chosen, *_OTHER_FLAGS}:
        raise Usage(f'expected compact, pretty or no_tag; found "{text}"')
    return ",".join([*chosen[-1:], *(["no_tag"] if "no_tag" in words else [])])


_OTHER_FLAGS = ("no_tag", "complex")


def log_format(text: str) -> str:
    if text.lower() not in ("text", "json"):
        raise Usage(f'expected text or json; found "{text}"')
    return text.lower()


def level(text: str) -> int:
    """A number, or a name of slurmd's levels, as how many -v it stands for."""
    names = ("quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4", "debug5")
    if text.isascii() and text.isdecimal() and len(text) < 16:
        number = int(text)
    elif text.lower() in names:
        number = names.index(text.lower())
    else:
        raise Usage(f'expected 0 to 9 or one of {", ".join(names)}; found "{text}"')
    return max(-1, min(number, 9) - names.index("info"))


def statuses(text: str) -> tuple[str, ...]:
    """HTTP statuses by number or by the reason phrase of RFC 9110, and "default"."""
    found = []
    for word in listed(text):
        if word.lower() == "default" or (word.isascii() and word.isdecimal() and 100 <= int(word[:4]) <= 599):
            found.append(word.lower())
            continue
        phrases = lazy.module("http").HTTPStatus
        number = next((status.value for status in phrases if status.phrase.lower() == word.lower()), 0)
        if not number:
            raise Usage(f'expected statuses of HTTP, such as 200, "Not Found" or default; found "{word}"')
        found.append(str(number))
    return tuple(found)


def penalty(text: str) -> str:
    if text.lower() not in ("remote", "all", "none"):
        raise Usage(f'expected remote, all or none; found "{text}"')
    return text.lower()


def permissions(text: str) -> int:
    """A file mode, octal as for chmod(1)."""
    if not (1 <= len(text) <= 4 and all(digit in "01234567" for digit in text)) or int(text, 8) > 0o777:
        raise Usage(f'expected an octal mode, such as 0660; found "{text}"')
    return int(text, 8)


def networks(text: str) -> tuple[Any, ...]:
    """Addresses and networks, comma-separated; UNIX for Unix sockets; ANY for all."""
    module = lazy.module("ipaddress")  # 5 ms, which nobody pays who has no such option
    found: list[Any] = []
    for word in listed(text):
        try:
            if word in (UNIX, ANY):
                found += [UNIX] if word == UNIX else [UNIX, *map(module.ip_network, ("0.0.0.0/0", "::/0"))]
            else:
                found.append(module.ip_network(word, strict=False))
        except ValueError:
            expected = f"expected an address, a network such as 10.0.0.0/8, {UNIX} or {ANY}"
            raise Usage(f'{expected}; found "{word}"') from None
    return tuple(found)


def listed(text: str) -> tuple[str, ...]:
    """The items of a comma-separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
