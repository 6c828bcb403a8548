"""Plain values of the examples in the OpenAPI documents (see openapi.examples).

The cluster is that of contrib/demo: users fred, barney and pebbles, nodes host1 to host4, partitions debug
and long. tests/cluster/test_examples.py sends every body to such a cluster.
"""

from __future__ import annotations

from typing import Any

from restd_inet.schema.versions import V1, V37, V40, V41


class At(dict[int, Any]):
    """A value by the version that began it."""


#: 2026-01-01 00:00:00 UTC, and ten and twenty minutes later.
NEW_YEAR, TEN, TWENTY = 1767225600, 1767226200, 1767226800
TIME_OF_ANSWER = TWENTY
EXITED = At({V1: 0, V40: {"status": "SUCCESS", "return_code": 0, "signal": {"id": None, "name": ""}}})
PAST_EXIT = {"status": "SUCCESS", "return_code": 0, "signal": {"id": None, "name": "", "signal_id": 0}}
CPUS = [{"type": "cpu", "name": "", "id": 1, "count": 2}]
ASSOCIATION = {"account": "physics", "cluster": "scaleout", "partition": "", "user": "fred", "id": 7}
LIMITED = {"limit": 10, "used": 2, "left": 8}
LIMITED_TRES = {"name": "cpu", **LIMITED}
PERIOD = {"time.start": NEW_YEAR, "time.end": NEW_YEAR + 3600}
USED_CPU = {"tres": "cpu", "used": 120, **PERIOD}
MUCH = {"max": 10, "used": 2, "left": 8}
RESULT = {"job_id": 1234, "step_id": "1234", "error": "", "error_code": 0, "why": ""}
ADDED = "Adding ..."

#: Record → the values of its rows.
RECORDS: dict[str, dict[str, Any]] = {
    "meta": {"slurm.cluster": "scaleout", "slurm.release": "26.05.5"},
    "job": {
        "job_id": 1234,
        "name": "hello",
        "user_name": "fred",
        "account": "physics",
        "partition": "debug",
        "job_state": "RUNNING",
        "state_reason": "None",
        "nodes": "host1",
        "node_count": 1,
        "cpus": 1,
        "tasks": 1,
        "time_limit": 60,
        "submit_time": NEW_YEAR,
        "start_time": TEN,
        "end_time": TWENTY,
        "exit_code": EXITED,
        "standard_output": "/home/fred/slurm-1234.out",
        "current_working_directory": "/home/fred",
    },
    "node": {
        "name": "host1",
        "state": "MIXED",
        "cpus": 8,
        "alloc_cpus": 1,
        "real_memory": 1000,
        "alloc_memory": 0,
        "partitions": ["debug"],
        "reason": "",
        "boot_time": NEW_YEAR,
    },
    "partition": {
        "name": "debug",
        "nodes.configured": "host[1-4]",
        "nodes.total": 4,
        "cpus.total": 32,
        "defaults.time": 60,
        "partition.state": At({V1: 1, V37: "UP"}),
    },
    "reservation": {
        "name": "maintenance",
        "node_list": "host4",
        "node_count": 1,
        "partition": "debug",
        "start_time": NEW_YEAR,
        "end_time": TEN,
        "users": "pebbles",
    },
    "ping": {
        "hostname": "localhost",
        "pinged": "UP",
        "responding": True,
        "latency": 123,
        "mode": "primary",
        "primary": True,
        "status": 0,
    },
    "slurmdbd ping": {
        "hostname": "localhost",
        "responding": True,
        "latency": 123,
        "primary": True,
        "status": 0,
    },
    "license": {"LicenseName": "matlab", "Total": 10, "Used": 2, "Free": 8, "Reserved": 0, "Remote": False},
    "diag": {
        "req_time": TWENTY,
        "req_time_start": NEW_YEAR,
        "jobs_submitted": 3,
        "jobs_completed": 2,
        "jobs_pending": 0,
        "jobs_running": 1,
        "schedule_cycle_last": 85,
    },
    "submit answer": {
        "job_id": 1234,
        "step_id": "batch",
        "job_submit_user_msg": "",
        "result.job_id": 1234,
        "result.step_id": "batch",
        "result.error_code": 0,
        "result.error": "No error",
        "result.job_submit_user_msg": "",
    },
    "openapi_job_alloc_resp": {"job_id": 1234, "job_submit_user_msg": ""},
    "job_array_response_msg_entry": RESULT,
    "kill_jobs_resp_job": {"job_id": 1234, "step_id": "1234", "error.code": 0, "error.string": "No error"},
    "job_state_resp_job": {"job_id": 1234, "job_state": "RUNNING"},
    "resources of a job": {"node": "host1", "sockets_per_node": 1, "cores_per_socket": 8, "mem_alloc": 100},
    "share": {
        "name": "fred",
        "cluster": "scaleout",
        "parent": "physics",
        "shares": 1,
        "usage": 120,
        "type": "USER",
    },
    "shares": {"shares": [{}], "total_shares": 0},
    "slurmctld's configuration": {"slurm_conf": {}, "slurm_conf_meta": {}},
    "configuration": {"ClusterName": "scaleout", "SlurmctldPort": 6817, "MessageTimeout": 10},
    "what else is known of the configuration": {"SLURM_VERSION": "26.05.5", "NEXT_JOB_ID": 1235},
    "slurmdbd conf": {"DbdHost": "localhost", "DbdPort": 6819, "StorageLoc": "slurm_acct_db"},
    "step": {
        "step.job_id": 1234,
        "step.id": "1234.batch",
        "step.name": "batch",
        "state": "RUNNING",
        "user": "fred",
        "partition": "debug",
        "nodes.range": "host1",
        "CPU.count": 1,
        "tasks.count": 1,
        "time.start": TEN,
        "time.elapsed": 600,
        "time.limit": -1,
        "tres.allocated": "cpu=1,mem=100M,node=1",
        "usage.tasks": 1,
        "usage.cpu_time": 12.5,
        "usage.memory": 1048576,
        "usage.memory_max": 1048576,
        "usage.error": "",
    },
    "usage of a job": {
        "job_id": 1234,
        "id": "1234",
        "state": "COMPLETED",
        "source": "slurmdbd",
        "time.elapsed": 600,
        "cpu.allocated": 1,
        "cpu.time": 540.5,
        "cpu.efficiency": 90.08,
        "memory.allocated": 104857600,
        "memory.used": 52428800,
        "memory.efficiency": 50.0,
        "error": "",
    },
    "priority of a job": {
        "job_id": 1234,
        "user_id": 1002,
        "user_name": "fred",
        "account": "physics",
        "qos": "normal",
        "partition": "debug",
        "priority": 1110,
        "direct": 0,
        "factors.age": 10.0,
        "factors.fair_share": 100.0,
        "factors.partition": 1000.0,
        "factors.tres": [],
    },
    "account": {
        "name": "physics",
        "description": "Physics",
        "organization": "Science",
        "associations": [],
        "coordinators": [],
        "flags": [],
    },
    "user": {
        "name": "fred",
        "administrator_level": "None",
        "default.account": "physics",
        "default.wckey": "",
        "associations": [],
        "coordinators": [],
        "wckeys": [],
        "flags": [],
    },
    "association, short": ASSOCIATION,
    "association": {
        **ASSOCIATION,
        "id": At({V40: ASSOCIATION, V41: 7}),
        "max.jobs.active": 10,
        "qos": ["normal"],
    },
    "cluster": {
        "name": "scaleout",
        "controller.host": "127.0.0.1",
        "controller.port": 6817,
        "nodes": "host[1-4]",
        "rpc_version": 10240,
    },
    "qos": {
        "id": 1,
        "name": "normal",
        "description": "Normal QOS default",
        "priority": 0,
        "limits.max.wall_clock.per.job": 1440,
    },
    "tres": {"type": "cpu", "name": "", "id": 1, "count": 0},
    "wckey": {"id": 1, "name": "water", "cluster": "scaleout", "user": "fred", "accounting": []},
    "instance": {
        "cluster": "scaleout",
        "instance_id": "i-0123",
        "instance_type": "m1.small",
        "node_name": "host1",
        "time.time_start": NEW_YEAR,
        "time.time_end": TEN,
    },
    "past job": {
        "job_id": 1234,
        "name": "hello",
        "user": "fred",
        "account": "physics",
        "cluster": "scaleout",
        "partition": "debug",
        "nodes": "host1",
        "state.current": "COMPLETED",
        "exit_code": PAST_EXIT,
        "time.submission": NEW_YEAR,
        "time.start": NEW_YEAR,
        "time.end": TEN,
        "time.elapsed": 600,
        "steps": [],
    },
    "slurmdbd diag": {"time_start": NEW_YEAR, "rollups": At({V1: [], V41: {}}), "RPCs": [], "users": []},
    "config": {
        name: [] for name in ("clusters", "tres", "accounts", "users", "qos", "wckeys", "associations")
    },
    "added_accounts": {"added_accounts": " Adding Account(s)\n  physics\n"},
    "added_users": {"added_users": " Adding User(s)\n  fred\n"},
    "crontab": {"text": "#SCRON --time=5\n@hourly /home/fred/sync\n", "disabled_lines": []},
    "debug": {"level": "info", "flags": ["Backfill"]},
    "trigger": {
        "trig_id": 1,
        "res_type": "node",
        "res_id": "host1",
        "trig_type": ["down"],
        "offset": 5,
        "user": "slurm",
        "flags": [],
        "program": "/usr/sbin/mail-admin",
    },
    "federation": {"name": "", "clusters": []},
    "unit of a topology": {
        "type": "switch",
        "name": "leaf1",
        "level": 0,
        "link_speed": 1,
        "nodes": "host[1-2]",
    },
    "utilization of a cluster": {
        "cluster": "scaleout",
        "tres": "cpu",
        "count": 32,
        "allocated": 120,
        "idle": 1800,
        "reported": 1920,
        **PERIOD,
    },
    "usage of a user": {"cluster": "scaleout", "account": "physics", "user": "fred", **USED_CPU},
    "usage of a WCKey": {"cluster": "scaleout", "wckey": "water", "user": "fred", **USED_CPU},
    "jobs of a size": {
        "cluster": "scaleout",
        "account": "physics",
        "min_size": 0,
        "max_size": 49,
        "jobs": 3,
        **USED_CPU,
    },
    "limits of an association": {
        "user": "fred",
        "account": "physics",
        "cluster": "scaleout",
        "qos": ["normal"],
        "partitions": ["debug"],
        "limits": [{"source": "account", "name": "physics", "limit": "GrpTRES", "tres": "cpu", **MUCH}],
    },
    "event": {
        "cluster": "scaleout",
        "event_type": "NODE",
        "node_name": "host1",
        "time.start": NEW_YEAR,
        "time.end": TEN,
        "time.duration": 600,
        "state": ["DOWN"],
        "reason": "Not responding",
        "user": "slurm",
    },
    "transaction": {
        "id": 12,
        "time": NEW_YEAR,
        "action": "DBD_ADD_USERS",
        "actor": "root",
        "where": "fred",
        "info": "admin_level=1",
    },
    "association manager": {"tres": ["cpu"], "users": [{}], "associations": [{}], "qos": [{}]},
    "user in slurmctld": {"name": "fred", "uid": 1002, "default.account": "physics"},
    "association in slurmctld": {**ASSOCIATION, "grp_jobs": LIMITED, "grp_tres": [LIMITED_TRES]},
    "QOS in slurmctld": {"id": 1, "name": "normal", "grp_tres": [LIMITED_TRES]},
    "listed hosts": {"hostlist": "host[1-3]"},
    "named hosts": {"hostnames": ["host1", "host2", "host3"]},
}

#: Operation → the records of its answer, where they are not one of RECORDS.
ANSWERS: dict[str, Any] = {
    "slurmdb DELETE account/{account_name}": ["physics"],
    "slurmdb DELETE association": ["C = scaleout   A = physics              U = fred     "],
    "slurmdb DELETE associations": ["C = scaleout   A = physics              U = fred     "],
    "slurmdb DELETE cluster/{cluster_name}": ["scaleout"],
    "slurmdb DELETE qos/{qos}": ["night"],
    "slurmdb DELETE qos/{qos_name}": ["night"],
    "slurmdb DELETE user/{name}": ["fred"],
    "slurmdb DELETE user/{user_name}": ["fred"],
    "slurmdb DELETE wckey/{id}": ["C = scaleout   W = water  U = fred     "],
    "slurmdb DELETE wckey/{wckey}": ["C = scaleout   W = water  U = fred     "],
    "slurmdb POST job/{job_id}": ["1234 submitted at 2026-01-01T00:00:00"],
    "slurmdb POST jobs": ["1234 submitted at 2026-01-01T00:00:00"],
}

SCRIPT = "#!/bin/sh\nhostname\n"
JOB = {
    "name": "hello",
    "partition": "debug",
    "tasks": 1,
    "time_limit": 10,
    "current_working_directory": "/tmp",
    "environment": {"PATH": "/bin:/usr/bin"},
}
PHYSICS = {"name": "physics", "description": "Physics", "organization": "Science"}
FRED = {"name": "fred", "administrator_level": "None"}
NIGHT = {"name": "night", "description": "At night", "priority": 10}
RESERVED = {
    "name": "maintenance",
    "node_list": ["host4"],
    "partition": "debug",
    "start_time": 1924991999,
    "duration": 60,
    "users": ["root"],
}

#: Operation → the body of its request.
BODIES: dict[str, dict[str, Any]] = {
    "restd POST debug": {"level": "info", "flags": ["Backfill", "-Gang"]},
    "slurm POST job/submit": {"script": SCRIPT, "job": JOB},
    "slurm POST job/allocate": {"job": {**JOB, "name": "allocation", "time_limit": 5}},
    "slurm POST job/{job_id}": {"comment": "checked", "time_limit": 5},
    "slurm DELETE jobs": {"job_name": "hello", "user_name": "fred"},
    "slurm POST jobs/requeue": {"jobs": ["1234"]},
    "slurm POST node/{node_name}": {"state": ["DRAIN"], "reason": "disk failure"},
    "slurm POST nodes": {"name": ["host[2-3]"], "comment": "new disks"},
    "slurm POST new/node": {"node_conf": "NodeName=cloud1 CPUs=2 RealMemory=500 State=CLOUD"},
    "slurm POST partitions": {
        "partitions": [{"name": "night", "nodes.configured": "host[1-2]", "maximums.time": 600}]
    },
    "slurm POST reservation": RESERVED,
    "slurm POST reservations": {"reservations": [RESERVED]},
    "slurmdb POST accounts": {"accounts": [PHYSICS]},
    "slurmdb POST accounts_association": {
        "association_condition": {"accounts": ["physics"], "clusters": ["scaleout"]},
        "account": {"description": "Physics", "organization": "Science"},
    },
    "slurmdb POST associations": {
        "associations": [
            {"account": "physics", "cluster": "scaleout", "user": "", "max.jobs.per.count": 100},
            {"account": "physics", "cluster": "scaleout", "user": "fred", "max.jobs.active": 10},
        ]
    },
    "slurmdb POST clusters": {"clusters": [{"name": "another"}]},
    "slurmdb POST config": {"accounts": [PHYSICS], "users": [FRED]},
    "slurmdb POST job/{job_id}": {"comment.job": "checked"},
    "slurmdb POST jobs": {"job_id_list": ["1234"], "job_rec.comment.job": "checked"},
    "slurmdb POST qos": {"qos": [NIGHT]},
    "slurmdb POST users": {"users": [FRED]},
    "slurmdb POST users_association": {
        "association_condition": {"users": ["fred"], "accounts": ["physics"], "clusters": ["scaleout"]},
        "user": {"adminlevel": ["None"]},
    },
    "slurmdb POST wckeys": {"wckeys": [{"name": "water", "cluster": "scaleout", "user": "fred"}]},
    "restd POST job/submit": {"script": SCRIPT, "job": JOB},
    "restd POST jobs/submit": {
        "jobs": [{"script": SCRIPT, "job": JOB}, {"script": SCRIPT, "job": {**JOB, "name": "second"}}]
    },
    "restd POST job/{job_id}/hold": {"uhold": True},
    "restd POST job/{job_id}/requeue": {"flags": ["Hold"]},
    "restd POST job/{job_id}/notify": {"message": "The file system will be read-only at 5 pm."},
    "restd POST job/{job_id}/signal": {"signal": "USR1", "flags": ["BATCH_JOB"]},
    "restd POST jobs/hold": {"uhold": True},
    "restd POST jobs/requeue": {"flags": ["Hold"]},
    "restd POST jobs/notify": {"message": "The file system will be read-only at 5 pm."},
    "restd POST jobs/signal": {"signal": "USR1", "flags": ["BATCH_JOB"]},
    "util POST hostlist": {"hostnames": ["host1", "host2", "host3"]},
    "util POST hostnames": {"hostlist": "host[1-3]"},
}
