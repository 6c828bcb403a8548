"""Client of Slurm's REST API as restd-inet serves it.

    from restd_inet_client import Client

    with Client("http://localhost:6820") as slurm:
        for job in slurm.jobs(user="me", fields=["job_id", "job_state"])["jobs"]:
            print(job["job_id"], *job["job_state"])

AsyncClient has the same methods for asyncio. There is a method for each operation: those of /restd/ by their
names alone (jobs, job, post_job_hold), the others with their family before it (slurm_diag, slurmdb_users).

_sync, _async  the clients
_shared        requests, answers, errors, and what is tried again
_local         a restd-inet of one's own
_operations, _async_operations, _types  made from the OpenAPI documents
"""

from restd_inet_client import _types as types
from restd_inet_client._async import AsyncClient
from restd_inet_client._shared import Event, Problem
from restd_inet_client._sync import Client

__all__ = ["AsyncClient", "Client", "Event", "Problem", "types"]
