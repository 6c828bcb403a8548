"""/restd/: lists of what one wants, which no API of Slurm has, and what sdiag and scontrol do.

accounting    jobs of the accounting database
assoc_mgr     associations, QOS and users as slurmctld has them
debug         how much slurmctld logs
diag          statistics, from 0 again
federation    clusters that share jobs
_filters      the words of a filter as a test of structs
_images       images of slurmctld's lists, for those who watch them
_lists        filters, fields, order, pages and counts, the same for every collection
job           one job: to submit it, or to try it out
jobs          slurmctld's jobs
nodes         nodes
partitions    partitions
reservations  reservations
_tables       lists that are answered whole
takeover      a backup slurmctld takes control
topology      how the nodes are connected
triggers      programs that slurmctld runs at events
"""
