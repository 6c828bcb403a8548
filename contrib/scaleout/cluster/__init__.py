"""A Slurm cluster in one directory; see README.md beside the scaleout script."""
