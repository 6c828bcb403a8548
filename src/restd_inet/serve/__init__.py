"""Connections, listening sockets and processes.

access_log    what the log says of a request
addresses     where to listen
child         listen mode: the process of a connection
connection    one connection from its first byte to its last
forwarded     who is behind a proxy
held          a request that waits for events
inet          inetd mode: one connection on descriptors 0 and 1
listen        listen mode: opens the sockets and runs the supervisor
limits        how many connections, of whom, how fast; 503 for the others
notify        sd_notify(3)
output        the sending half of a connection
overdue       processes past their deadline
penalty       delays of the answers to bad credentials
per_user      privileged mode: each process of a connection acts as one user
poller_door   listen mode: starts the process that asks slurmctld for all who watch
run_as        -u and -g
service       shared by supervisor and worker
signals       signals as bytes on a pipe
socket_files  the file of a Unix socket
sockets       listening sockets
spares        processes that wait for a connection
successor     listen mode: a process of a restd-inet that was installed meanwhile
supervisor    listen mode: the process that holds the sockets
systemd       sockets that systemd or inetd has opened
tls           TLS for https:// addresses, in a process beside that of the connection
watchers      how many requests watch or wait
worker        listen mode: the process that accepts and forks
"""
