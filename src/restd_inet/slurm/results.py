"""What calls of libslurm give: structs of a message, and how each slurmctld answered."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any


#: The flags of a call that loads all that there is to know.
IN_DETAIL = ("SHOW_ALL", "SHOW_DETAIL")


class JwtConfig:
    """What slurm.conf says of tokens.

    key, jwks: paths, "" without. claim: names the user where sun and username do not.
    slurm_user: the uid of SlurmUser, who may act on behalf of others. client_ids: whether a token's claims
    uid, gid and id are its user; client_ids_only: whether it must have them.
    creation, max_lifespan: whether others than root and SlurmUser get tokens, of how many seconds; 0: any.
    """

    __slots__ = (
        "claim", "client_ids", "client_ids_only", "creation", "enabled", "jwks", "key", "max_lifespan",
        "slurm_user",
    )  # fmt: skip

    def __init__(self, alternatives: str, main: str, parameters: str, state: str, slurm_user: int) -> None:
        values: dict[str, str] = {}
        for part in parameters.split(","):
            name, _, value = part.partition("=")
            values.setdefault(name, value)
        self.enabled = "jwt" in f"{alternatives},{main}"
        self.jwks = values.get("jwks", "")
        # As auth/jwt has it: with jwks= the other key must be named.
        self.key = values.get("jwt_key", "" if self.jwks else f"{state}/jwt_hs256.key")
        self.claim = values.get("userclaimfield", "")
        # Of these two auth/jwt looks for the letters alone.
        self.client_ids = "use_jwt_client_ids" in parameters
        self.client_ids_only = "use_jwt_client_ids_only" in parameters
        self.creation = "disable_token_creation" not in parameters
        limit = parameters.lower().partition("max_token_lifespan=")[2].partition(",")[0]
        self.max_lifespan = int(limit) if limit.isascii() and limit.isdecimal() else 0
        self.slurm_user = slurm_user


class Ping:
    """How one slurmctld answered, within how many microseconds.

    status: 0, or the error number of slurm_ping; text: what Slurm calls it.
    """

    __slots__ = ("hostname", "latency", "mode", "ping", "status", "text")

    def __init__(
        self,
        hostname: str,
        index: int,
        controllers: int,
        status: int,
        latency: int = 0,
        text: str = "No error",
    ) -> None:
        self.hostname = hostname
        self.status = status
        self.latency = latency
        self.text = text
        self.ping = "DOWN" if status else "UP"
        self.mode = "primary" if index == 0 else "backup" if controllers == 2 else f"backup{index}"


class Records:
    """Structs of one message, which lives as long as this does."""

    __slots__ = ("_indexes", "_message", "array")

    def __init__(self, message: Any, array: Any, indexes: Sequence[int]) -> None:
        self._message = message
        self.array = array
        self._indexes = indexes

    @property
    def message(self) -> Any:
        """The message that they are of: when it was made, and so on."""
        return self._message

    @property
    def indexes(self) -> Sequence[int]:
        """Where they lie in the array, in their order."""
        return self._indexes

    def __len__(self) -> int:
        return len(self._indexes)

    def __iter__(self) -> Iterator[Any]:
        for index in self._indexes:  # a generator, so that whoever iterates keeps the message
            yield self.array[index]

    def runs(self) -> Iterator[tuple[int, int]]:
        """The records as stretches of the array: the first of each, and how many follow one another."""
        indexes = self._indexes
        start = 0
        while start < len(indexes):
            end = len(indexes) if isinstance(indexes, range) else start + 1
            while end < len(indexes) and indexes[end] == indexes[end - 1] + 1:
                end += 1
            yield indexes[start], end - start
            start = end

    def select(self, wanted: Callable[[Any], bool]) -> Records:
        """Those of them that are wanted."""
        array = self.array
        return Records(self._message, array, [index for index in self._indexes if wanted(array[index])])

    def first(self, wanted: Callable[[Any], bool]) -> Records:
        """All of them, those that are wanted first."""
        array = self.array
        indexes = sorted(self._indexes, key=lambda index: not wanted(array[index]))
        return Records(self._message, array, indexes)


class Page(Records):
    """Some records of a message. next: the last of them, where more follow; None at the end.

    counts: how many there are, where only their number is asked for; None elsewhere. id: what they are at
    this time, for who waits for a change; None if it was not asked for. reached: whether a job has reached a
    state that was waited for; None if none was.
    """

    __slots__ = ("counts", "id", "next", "reached")

    def __init__(
        self,
        records: Records,
        indexes: Sequence[int],
        next: int | str | None = None,
        counts: Counts | None = None,
    ) -> None:
        super().__init__(records.message, records.array, indexes)
        self.next = next
        self.counts = counts
        self.id: str | None = None
        self.reached: bool | None = None


class Counts:
    """The number of records, and of those of each group: name → number."""

    __slots__ = ("groups", "total")

    def __init__(self, total: int, groups: dict[str, int] | None) -> None:
        self.total = total
        self.groups = groups
