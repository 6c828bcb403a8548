"""Authentication methods, a module each: authenticate(request, peer, settings) → Credential, or None.

None is "not mine": nothing of the request is this method's business. A Problem 401 is "mine, and wrong",
and no other method is asked after it. dispatch makes 403 of it for the versions that say so.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def carries_token(headers: Mapping[str, str]) -> bool:
    """Whether a request brings a token, be it a good one."""
    scheme = headers.get("authorization", "").partition(" ")[0]
    return "x-slurm-user-token" in headers or scheme.lower() == "bearer"


def order(methods: Sequence[str], headers: Mapping[str, str]) -> list[str]:
    """The methods to ask, first to last: where there is a token, whose connection it is does not count."""
    return [method for method in methods if method != "local" or not carries_token(headers)]
