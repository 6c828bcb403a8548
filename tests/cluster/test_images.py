"""slurm.image on a cluster: an image says all that slurmctld's answer says, at every version."""

from restd_inet.slurm.image import KINDS

COMPARE = """
from restd_inet import slurm
from restd_inet.schema.compile import dumper
from restd_inet.schema.records.job import JOB
from restd_inet.schema.records.node import NODE
from restd_inet.schema.records.partition import PARTITION
from restd_inet.schema.records.reservation import RESERVATION
from restd_inet.schema.versions import NAMES
from restd_inet.settings import Settings
from restd_inet.slurm.image import KINDS
from restd_inet.slurm.image_maker import Maker, Range
from restd_inet.slurm.json_writer import StructRows

library = slurm.connect(Settings())
addresses = Range(library, memoryview(bytearray(8)).cast("Q"))
for name, record in zip(KINDS, (JOB, NODE, PARTITION, RESERVATION)):
    found = getattr(library, name)(0)
    maker = Maker(library, KINDS[name], addresses, 0)
    assert maker.make(found)
    copied = maker.last.records
    assert maker.make(getattr(library, name)(0)) is None or name in ("jobs", "nodes"), name
    assert len(found) == len(copied) > 0, name
    for member, field in library.ffi.typeof(KINDS[name].message).fields:
        if field.type.kind == "primitive" and member != "record_count":
            assert getattr(found.message, member) == getattr(copied.message, member), member
    for version in sorted(NAMES):
        dump = dumper(record, version, library)
        assert list(map(dump, copied)) == list(map(dump, found)), (name, version)
        written = [b"".join(StructRows(library, record, version, each).json()) for each in (found, copied)]
        assert written[0] == written[1], (name, version)
    print(name, len(found))
"""


def test_an_image_says_what_slurmctld_says(cluster):
    jobs = [
        cluster.submit("--wrap", "sleep 300", "-N2", "-n3", "--comment=läßt", "-o", "/tmp/%j-%x.out"),
        cluster.submit("--wrap", "sleep 300", "--array=1-50%2", "--mem=10", "--exclude=host1"),
        cluster.submit("--wrap", "srun sleep 300", "-n2", "--time=7"),
        cluster.submit("--wrap", "true", "--hold", "--dependency=singleton"),
    ]
    cluster.wait_state(jobs[0], "RUNNING")
    reserve = "scontrol create reservation reservationname=of_images user=root starttime=now+1hour duration=5"
    assert not cluster.shell(f"{reserve} nodecnt=1", user="root").returncode
    try:
        found = cluster.shell(f"{cluster.bin}/python -", input=COMPARE)
        assert found.stdout.decode().split()[::2] == list(KINDS), found.stderr.decode()
    finally:
        cluster.shell("scontrol delete reservation=of_images", user="root")
        cluster.shell("scancel " + " ".join(map(str, jobs)))
