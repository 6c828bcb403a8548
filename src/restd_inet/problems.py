"""Problem: the one exception that becomes an answer, and the table from Slurm's errors to statuses."""

from __future__ import annotations


class Problem(Exception):
    """A request that cannot be served, as the client will read it.

    status: the HTTP status (RFC 9110 section 15).
    text: what was wrong, where, and what was expected; one sentence or two, no secrets.
    number: Slurm's error number (slurm_errno.h), 0 if the error is not Slurm's.
    source: the libslurm call that failed, or "".
    headers: extra answer fields, e.g. [("Allow", "GET")].
    path: where in the request body, e.g. ("job", 1, "tasks"); None if it is not about a place in
    the body. dispatch adds line and column to it.
    close: the connection cannot be used for another request after this.
    """

    def __init__(
        self,
        status: int,
        text: str,
        *,
        number: int = 0,
        source: str = "",
        headers: list[tuple[str, str]] | None = None,
        path: tuple[str | int, ...] | None = None,
        close: bool = False,
    ) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text
        self.number = number
        self.source = source
        self.headers = headers or []
        self.path = path
        self.close = close
