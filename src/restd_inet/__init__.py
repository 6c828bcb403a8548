"""restd-inet: the REST API of a Slurm cluster over one connection."""

__version__ = "0.1.0"
