"""Which users may serve network clients."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.settings import Settings

#: The word in SLURMRESTD_SECURITY.
UNCHECKED = "disable_user_check"
#: How to change the user of a process that a super-server starts.
_BY_SUPER_SERVER = "have it started as another user (User= of systemd, user = of xinetd)"


def refusal(
    settings: Settings, slurm_user: int | None = None, remedy: str = "name another user with -u"
) -> str:
    """Why this process must not serve network clients as its user; "" if it may.

    slurm_user: the uid of SlurmUser, once it is known. remedy: how to change the user.
    """
    if settings.privileged or UNCHECKED in settings.security.split(","):
        return ""
    uid = os.geteuid()
    if uid == 0:
        who = "root"
    elif uid == slurm_user:
        who = f"SlurmUser (uid {uid})"
    else:
        return ""
    return (
        f"refusing to listen as {who}: every client that gets in could do anything; {remedy}, "
        f"or say --privileged, or SLURMRESTD_SECURITY={UNCHECKED}"
    )


def by_super_server(settings: Settings, slurm_user: int | None = None) -> str:
    """The same of a process that a super-server has started."""
    return refusal(settings, slurm_user, _BY_SUPER_SERVER)
