"""/: what is here, as JSON or YAML for programs, and for browsers a page that shows the cluster.

The page is files of pages/ui, below /ui/, and nothing else: Content-Security-Policy forbids the browser
everything that is not of this server, and making HTML of what the API answers. It asks the API as any other
client does, with the token that its user gives.
"""

from __future__ import annotations

import os

from restd_inet import __version__, installed
from restd_inet.pages.about import cluster, escaped
from restd_inet.pages.openapi import JSON, YAML
from restd_inet.pages.page import CHECKED, Page, of_file, tag_of
from restd_inet.problems import Problem, quoted
from restd_inet.schema.versions import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.app.api import Served
    from restd_inet.settings import Settings

HTML = "text/html"
#: The files that the page loads.
ASSETS = {
    "icon.svg": "image/svg+xml",
    "front.css": "text/css",
    "front.js": "text/javascript",
    "api.js": "text/javascript",
    "detail.js": "text/javascript",
    "dom.js": "text/javascript",
    "glance.js": "text/javascript",
    "records.js": "text/javascript",
}
#: The form that it may send is the logout of a proxy in front, which has to see from where it comes.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = [CHECKED, ("Content-Security-Policy", POLICY), ("Referrer-Policy", "same-origin")]
LINKS = {
    "docs": "/docs",
    "openapi": "/openapi",
    "openapi_all": "/openapi/all",
    "healthz": "/healthz",
    "livez": "/livez",
    "readyz": "/readyz",
}


def page(path: tuple[str, ...], target: str, served: Served, settings: Settings) -> Page:
    """What is at /, or a file that the page loads; Problem 404 for others."""
    if path:
        media = ASSETS.get(path[1], "") if len(path) == 2 else ""
        if not media:
            raise Problem(404, f"there is nothing at {quoted('/' + '/'.join(path))}; the page is at /")
        return of_file(_file(path[1]), media)
    known = _document(served, settings)

    def content(media: str) -> bytes | Any:
        return _html(known).encode() if media == HTML else known

    status = os.stat(_file("front.html"))
    return Page((*JSON, *YAML, HTML), content, tag_of(known, status.st_size, status.st_mtime_ns), HEADERS)


def _document(served: Served, settings: Settings) -> dict[str, Any]:
    return {
        "cluster": cluster(settings),
        "slurm": installed.release(),
        "restd_inet": __version__,
        "versions": [NAMES[number] for number in reversed(served.numbers)],
        "links": LINKS,
    }


def _html(known: dict[str, Any]) -> str:
    with open(_file("front.html"), encoding="utf-8") as file:
        text = file.read()
    values = {
        "cluster": known["cluster"] or "Slurm",
        "slurm": known["slurm"],
        "version": known["restd_inet"],
        "newest": known["versions"][0],
        "versions": ", ".join(known["versions"]),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", escaped(value))
    return text


def _file(name: str) -> str:
    return os.path.join(os.path.dirname(__file__), "ui", name)
