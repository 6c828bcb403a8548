"""What record tables ask libslurm by name.

cluster       nodes, partitions, reservations, shares, slurmctld
deferred      values resolved when they are needed
jobs          jobs that slurmctld knows
names         users, groups, hosts, the cluster
slurmdb       QOS and TRES
slurmdb_jobs  jobs of accounting
with_slurmdb  all of them, for what is about accounting
"""
