"""What is served, and the way of a request through it.

api         families of paths, each at its API versions
conditions  entity tags, and 304 for what a client has
content     answers that are bytes instead of documents
dispatch    Request to Response; every failure is caught here
events      events as they happen: Server-Sent Events, or NDJSON
follow      a file as it grows
health      /healthz, /livez and /readyz
idempotency  Idempotency-Key: a request that is sent again is not done again
lines       lists as NDJSON, CSV and TSV, and the link to the next page
metrics_page  /metrics
parameters  a query, a form or a body, read by the table of its route
plugins     -s and -d: what is served, by the names that slurmrestd has
poller      listen mode: the process that asks slurmctld for all who watch
refusal     401, and failures without an API version
router      a path to its API version and operation
script      a batch script as the body of a request
warm        the dispatcher of a listener
"""
