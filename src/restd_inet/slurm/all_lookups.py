"""All that tables may ask by name: loaded when one asks for what is about accounting."""

from restd_inet.slurm.additions import Additions
from restd_inet.slurm.past import Past


class AllLookups(Past, Additions):
    """Lookups, with the functions about accounting."""
