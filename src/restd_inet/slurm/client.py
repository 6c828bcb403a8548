"""All calls of libslurm in one class."""

from __future__ import annotations

from restd_inet import lazy
from restd_inet.schema.compile import rows
from restd_inet.slurm.admin import Administration
from restd_inet.slurm.cluster import ClusterCalls
from restd_inet.slurm.jobs import JobCalls
from restd_inet.slurm.results import Records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from restd_inet.schema.compile import Rows
    from restd_inet.schema.record import Record
    from restd_inet.slurm.json_writer import Texts
    from restd_inet.slurm.slurmdbd.connection import Database


class Slurm(Administration, JobCalls, ClusterCalls):
    """All calls of the loaded library. There is one in a process: see `connect`."""

    CALLS = {**ClusterCalls.CALLS, **JobCalls.CALLS, **Administration.CALLS}  # noqa: RUF012  # a table
    _database: Database | None = None

    @property
    def db(self) -> Database:
        """This request's connection to slurmdbd, opened if it has none. Raises SlurmError, Problem 503."""
        if self._database is None:
            self._database = lazy.module("restd_inet.slurm.slurmdbd.connection").Database(self)
        return self._database

    def rows(self, record: Record, version: int, records: Iterable[Any]) -> Rows:
        """Many records as they are written: an array of structs by libslurm_cffi's writer."""
        if isinstance(records, Records):
            by_writer: Rows = lazy.module("restd_inet.slurm.json_writer").StructRows(
                self, record, version, records
            )
            return by_writer
        return rows(self, record, version, records)

    def texts(self, record: Record, version: int) -> Texts:
        """What writes records of any number of messages, each as JSON."""
        made: Texts = lazy.module("restd_inet.slurm.json_writer").Texts(self, record, version)
        return made

    def end_database(self, commit: bool) -> None:
        """Commits what was written to slurmdbd; or ends the connection, and rolls back what was not."""
        database = self._database
        if database is None:
            return
        if commit:
            database.commit()
        else:
            self._database = None
            database.close()
