"""/restd/: lists of what one wants, which no API of Slurm has.

accounting    jobs of the accounting database
_filters      the words of a filter as a test of structs
_images       images of slurmctld's lists, for those who watch them
_lists        filters, fields, order, pages and counts, the same for every collection
job           one job: to submit it, or to try it out
jobs          slurmctld's jobs
nodes         nodes
partitions    partitions
reservations  reservations
"""
