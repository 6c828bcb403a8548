"""Field kinds: how one C member is written to a record, and read from a document.

base         the rules of a kind
composite    lists, objects and computed values
job_desc     properties of a job description from v0.0.39 on
limits       what is limited, used and left
lists        what one wants of a list
numbers      counts, limits, times, booleans, exit codes
sbatch       sbatch's options as texts
slurmdb      names, limits, TRES and QOS of accounting
slurmdb_job  jobs of accounting
slurmdbd     slurmdbd itself
strings      texts, enumerations and flags
values       reading of numbers, texts and names, with messages
"""
