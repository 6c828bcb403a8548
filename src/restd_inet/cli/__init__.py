"""Sub-commands of the program.

check       restd-inet --check: whether all that serving needs is there
client      one request over a connected socket, and its answer
completion  restd-inet completion: shell completion, made from the option tables and the routes
prepare     restd-inet prepare: makes the file of modules that a start reads
progress    how long it takes and how much has come, on a terminal's standard error
remote      a connection to a URL
request     restd-inet get, post and delete
server      the other end of a request without --url: a child process that serves it
setup       restd-inet setup: service files for systemd, xinetd and inetd
submit      restd-inet submit: a batch script, as sbatch submits it
token       restd-inet token: makes a token as `scontrol token` does
watch       restd-inet watch: a line for each change
"""
