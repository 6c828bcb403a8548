"""Calls of slurmdbd.

ancestry    the tree of accounts, checked before slurmdbd is asked
bulk_add    accounts and users with their associations
calls       which structs a call takes and gives
conditions  conditions as the installed release has them
connection  slurmdbd through slurmdb_* functions
job_stream  any number of jobs, one at a time
ping        whether each slurmdbd answers
reports     usage, as sreport reports it
runaway     jobs that have not ended, and that slurmctld does not know
timeout     a limit on waits for slurmdbd
"""
