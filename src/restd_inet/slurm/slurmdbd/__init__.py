"""Calls of slurmdbd.

ancestry    the tree of accounts, checked before slurmdbd is asked
bulk_add    accounts and users with their associations
connection  slurmdbd through slurmdb_* functions
job_stream  any number of jobs, one at a time
timeout     a limit on waits for slurmdbd
"""
