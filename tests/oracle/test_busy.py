def test_busy(busy_cluster):
    print(busy_cluster.shell("squeue -a -o '%i %j %T %r'; sinfo; scontrol show res | grep -c Resv").stdout.decode())
