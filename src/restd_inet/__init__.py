"""restd-inet: the REST API of a Slurm cluster over one connection.

A request passes serve, http, app, auth, codec, commands, schema and slurm, in this order.

    __main__      the program: arguments and environment to settings, a serve mode, an exit status
    channel       messages between processes, with descriptors
    environment_file  files of variables, as systemd reads them
    failures      exceptions that nobody expected, in the answer and in the log
    files         regular files, and what is read of one
    in_child      a function run in a child process
    installed     the release of Slurm, prebuilt documents, packages that add commands
    lazy          imports what not every request needs
    limit         the time of a request, enforced by a timer in C
    log           lines for the administrator
    log_json      the same as JSON objects
    metrics       counters of a listener's processes
    message       Request, Response, Peer and Credential: what passes between the layers
    nearest       the known name that a wrong one was meant to be
    option_values  how the values of options are read
    options       the table of the options, and --help
    passwd        users and groups of this machine, by name
    pace          when slurmctld is asked again for what is watched or waited for
    problems      Problem, and the table from Slurm's errors to statuses
    process       core dumps, and with which parent a process ends
    rights        as whom a process may answer network clients
    settings      the value of every option
    spool         temporary files without names
    state_directory  files of users that outlive a process
    suppress      contextlib.suppress, without contextlib
    uncaught      exceptions that end the program, as one line
    app           what is served, and the way of a request through it
    auth          authentication methods
    cli           sub-commands of the program
    codec         JSON, YAML and forms
    commands      the operations of the API
    http          HTTP/1.1, without I/O
    openapi       the OpenAPI documents
    pages         paths without a version
    schema        records and answers at each API version
    serve         connections, listening sockets and processes
    slurm         libslurm
    start         how the program starts
"""

__version__ = "0.1.0"
