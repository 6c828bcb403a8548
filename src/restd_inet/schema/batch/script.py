"""What a request brings with a batch script."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Script:
    """text: of the script. options: sbatch's, each with its argument, which go over the script's. argv: the
    name of its file, and its arguments. directory: from which it is submitted; "" for the user's home.
    environment: the submitter's; None for none that is told. job: members of a job description, which go over
    all that."""

    __slots__ = ("argv", "directory", "environment", "job", "options", "text")

    def __init__(
        self,
        text: str,
        options: list[tuple[str, str | None]],
        argv: list[str],
        directory: str,
        environment: dict[str, str] | None,
        job: dict[str, Any],
    ) -> None:
        self.text = text
        self.options = options
        self.argv = argv
        self.directory = directory
        self.environment = environment
        self.job = job
