"""All that tables may ask by name: loaded when one asks for what is about accounting."""

from restd_inet.slurm.lookups.slurmdb_jobs import Past
from restd_inet.slurm.slurmdbd.bulk_add import Additions


class AllLookups(Past, Additions):
    """Lookups, with the functions about accounting."""
