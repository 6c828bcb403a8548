"""/restd/: lists of what one wants, which no API of Slurm has, and what sdiag, scontrol and scancel do.

accounting    jobs of the accounting database
assoc_mgr     associations, QOS and users as slurmctld has them
crontab       a user's jobs at fixed times
debug         how much slurmctld logs
diag          statistics, from 0 again
events        when nodes and clusters could not be used
federation    clusters that share jobs
_filters      the words of a filter as a test of structs
_fold         what a client that watches a list has of it
_images       images of slurmctld's lists, for those who watch them
_limits       limits of every level
limits        what a user may use, has used and may still use
_lists        filters, fields, order, pages and counts, the same for every collection
_verbs        hold, release, suspend, … of one job, or of those that match filters
_names        unknown names in parameters
_one          one job, and an answer when it has reached a state
_wait         how long a request may wait for what is new
_watch        lists as events, and answers that wait for a change
job           one job: to see and watch it, to submit it, or to try that out; its files
_job_files    what a job has written, and its batch script
_job_usage    what a job uses or has used
_usage        the operation that asks for it
_job_records  whose a job's files are, and where
jobs          slurmctld's jobs
_many         many new jobs, and what came of each
nodes         nodes
partitions    partitions
_priorities   what priorities are made of
priorities    those of waiting jobs
_past_jobs    the same by accounting's records
reports       usage, as sreport reports it
reservations  reservations
runaway       jobs that have not ended in accounting
_script       a batch script as a job
_steps        steps that run, and what they use
steps         steps that run
_tables       lists that are answered whole
takeover      a backup slurmctld takes control
_times        periods of accounting
topology      how the nodes are connected
transactions  who changed what in accounting
triggers      programs that slurmctld runs at events
"""
