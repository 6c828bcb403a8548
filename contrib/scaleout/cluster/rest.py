"""restd-inet in front of the cluster, and in front of that the authenticating proxy of contrib/proxy.

Each part is the user that it has to be and no more: restd-inet nobody, since every request brings a token;
nginx and the authenticator the web server's; and who renews their token SlurmUser.
"""

import os
import pwd
import shutil
import socket
import subprocess
from pathlib import Path

from . import config, ports
from .daemons import Daemon
from .programs import PATH, environment, program
from .state import Failure, closed_parent

PROXY = Path(__file__).resolve().parents[2] / "proxy"
SCRIPTS = ("authenticator.py", "renew_token.py")
VENV = Path(__file__).resolve().parents[3] / ".venv" / "bin"
WEB_USERS = ("www-data", "nginx", "http", "nobody")


def find_bin(wanted=""):
    """The directory of restd-inet: this one, or where PATH has it, or the checkout's virtual environment."""
    found = shutil.which("restd-inet", path=wanted or f"{os.environ.get('PATH', PATH)}:{VENV}")
    if found is None:
        where = wanted or f"PATH and {VENV}"
        raise Failure(f"there is no restd-inet in {where}; install it, or name its directory with --rest-bin")
    directory = os.path.dirname(os.path.abspath(found))
    closed = closed_parent(directory) if os.geteuid() == 0 else None
    if closed:
        raise Failure(
            f"restd-inet, in {directory}, is to run as an ordinary user, and those cannot pass {closed}: "
            "install it elsewhere, and name that with --rest-bin"
        )
    return directory


def check_proxy():
    program("nginx")
    if not (PROXY / "configure.py").exists():
        raise Failure(f"the proxy's files are not in {PROXY}: scaleout has to be in its checkout for that")


def rest_user(cluster):
    return cluster.user if cluster.slurmd_user != "root" else "nobody"


def web_user(cluster):
    if cluster.slurmd_user != "root":
        return cluster.user
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in WEB_USERS if name in known)


def python(cluster):
    """The Python of restd-inet: it has PyJWT."""
    beside = f"{cluster.rest_bin}/python3"
    return beside if os.access(beside, os.X_OK) else program("python3")


def hosts():
    """localhost's addresses; not every machine has IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return ["127.0.0.1"]
    return ["127.0.0.1", "[::1]"]


def write_all(cluster):
    """The directories of restd-inet, and of the proxy if there is to be one, unless they are there."""
    if not Path(cluster.dir, "rest").exists():
        config.make(cluster, "rest", 0o755, rest_user(cluster))
    if not cluster.proxy or Path(cluster.dir, "proxy").exists():
        return
    user = web_user(cluster)
    config.make(cluster, "bin", 0o755, cluster.slurmd_user)
    for name in SCRIPTS:
        # A copy: the checkout may be closed to these users.
        Path(cluster.dir, "bin", name).write_bytes((PROXY / name).read_bytes())
    config.make(cluster, "token", 0o750, cluster.slurm_user)
    if cluster.slurmd_user == "root":
        # What SlurmUser writes here is for the web server's group to read.
        os.chown(f"{cluster.dir}/token", -1, pwd.getpwnam(user).pw_gid)
        os.chmod(f"{cluster.dir}/token", 0o2750)
    addresses = [f"--listen={host}:{cluster.proxy_port}" for host in hosts()]
    addresses += [f"--listen-tls={host}:{cluster.proxy_tls_port}" for host in hosts()]
    upstreams = [f"--upstream=unix:{cluster.rest_socket}", f"--upstream={hosts()[-1]}:{cluster.rest_port}"]
    command = [program("python3"), str(PROXY / "configure.py"), f"{cluster.prefix}/proxy", *addresses]
    command += [*upstreams, f"--user={user}"] if cluster.slurmd_user == "root" else upstreams
    done = subprocess.run(command, capture_output=True, text=True, env=environment(cluster))
    if done.returncode:
        raise Failure(f"the proxy's configuration was not made: {done.stderr.strip()}")
    # For whoever wants to check it; the directory is the web server's alone.
    certificate = Path(cluster.dir, "etc", "proxy-certificate.pem")
    certificate.write_bytes(Path(cluster.dir, "proxy", "certificate.pem").read_bytes())
    Path(cluster.dir, "etc", "proxy-users").write_text("\n".join(demonstration_users(cluster)) + "\n")


def demonstration_users(cluster):
    return ["fred", "pebbles"] if cluster.slurmd_user == "root" else [cluster.user]


def all_of(cluster):
    """The daemons, in the order in which they start."""
    found = [restd_inet(cluster)] if cluster.rest_bin else []
    return [*found, renewal(cluster), authenticator(cluster), nginx(cluster)] if cluster.proxy else found


def restd_inet(cluster):
    addresses = [f"{host}:{cluster.rest_port}" for host in hosts()]
    command = [f"{cluster.rest_bin}/restd-inet", "-a", "jwt", "-vv", "--socket-mode", "0666"]
    command += ["--state-directory", f"{cluster.dir}/rest/state"]
    # A user's own cluster has that user as SlurmUser.
    variables = {"SLURMRESTD_SECURITY": "disable_user_check"} if cluster.slurmd_user != "root" else {}
    return Daemon(
        cluster,
        "restd-inet",
        rest_user(cluster),
        [*command, *addresses, f"unix:{cluster.rest_socket}"],
        lambda: ports.listening_unix(cluster.rest_socket) and ports.listening(cluster.rest_port),
        variables,
    )


def renewal(cluster):
    file = Path(cluster.dir, "token", "token")
    command = [python(cluster), f"{cluster.dir}/bin/renew_token.py", str(file)]
    return Daemon(cluster, "token", cluster.slurm_user, command, file.exists)


def authenticator(cluster):
    directory = f"{cluster.prefix}/proxy"
    command = [python(cluster), f"{cluster.dir}/bin/authenticator.py", f"--socket={directory}/authenticator"]
    command += [f"--key={directory}/session.key", f"--token={cluster.dir}/token/token"]
    command += [f"--demonstration={cluster.dir}/etc/proxy-users"]
    if cluster.slurmd_user != "root":
        command += ["--first-uid=1"]
    return Daemon(
        cluster,
        "authenticator",
        web_user(cluster),
        command,
        lambda: ports.listening_unix(f"{directory}/authenticator"),
    )


def nginx(cluster):
    directory = f"{cluster.prefix}/proxy"
    command = ["nginx", "-p", directory, "-c", f"{directory}/nginx.conf", "-e", "stderr"]
    return Daemon(
        cluster, "nginx", web_user(cluster), command, lambda: ports.listening(cluster.proxy_tls_port)
    )


def variables(cluster):
    """Where they are, as environment variables."""
    found = {}
    if cluster.rest_bin:
        found["SCALEOUT_REST"] = f"http://localhost:{cluster.rest_port}"
    if cluster.proxy:
        found["SCALEOUT_PROXY"] = f"http://localhost:{cluster.proxy_port}"
        found["SCALEOUT_PROXY_TLS"] = f"https://localhost:{cluster.proxy_tls_port}"
        found["SCALEOUT_PROXY_CERTIFICATE"] = f"{cluster.dir}/etc/proxy-certificate.pem"
    return found
