"""/docs: Swagger UI on the documents of /openapi, from this process alone.

Its files are those of the package flask-swagger-ui, of which nothing is imported. What is loaded names
only paths beside the page, so that it works behind a proxy's prefix too; Content-Security-Policy forbids
the browser everything else, and a token is kept only until the page is left.
"""

from __future__ import annotations

import os

from restd_inet import __version__, installed
from restd_inet.pages.about import cluster, escaped
from restd_inet.pages.page import CHECKED, Page, of_file, tag_of
from restd_inet.problems import Problem, quoted
from restd_inet.schema.versions import NAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from restd_inet.app.api import Served
    from restd_inet.settings import Settings

PACKAGE = "flask_swagger_ui"
#: The files of Swagger UI that the page uses.
ASSETS = {
    "favicon-16x16.png": "image/png",
    "favicon-32x32.png": "image/png",
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-standalone-preset.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
#: Where the page asks is where it came from; Swagger UI's icons are data, and it styles elements itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HTML = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{cluster}Slurm REST API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" type="image/png" href="{here}favicon-32x32.png" sizes="32x32">
<link rel="icon" type="image/png" href="{here}favicon-16x16.png" sizes="16x16">
<link rel="stylesheet" href="{here}swagger-ui.css">
<link rel="stylesheet" href="{here}page.css">
</head>
<body>
<header id="about">
<p>{of}Slurm {slurm}, restd-inet {version}. <a href="{above}./">The cluster at a glance</a></p>
<p>To execute requests here, get a token on a host of the cluster with
<code>scontrol token lifespan=3600</code>, press <b>Authorize</b> and paste what follows
<code>SLURM_JWT=</code> as the bearer token.</p>
</header>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript; the OpenAPI document itself is at
<a href="{above}openapi">/openapi</a>.</noscript>
<script src="{here}swagger-ui-bundle.js"></script>
<script src="{here}swagger-ui-standalone-preset.js"></script>
<script src="{here}page.js"></script>
</body>
</html>
"""
CSS = """html { scroll-padding-top: 70px; }
body { margin: 60px 0 0; }
.swagger-ui .topbar { position: fixed; top: 0; left: 0; right: 0; z-index: 100; }
.swagger-ui .topbar .download-url-wrapper .select-label select { max-width: 16em; }
.swagger-ui .topbar-wrapper .link { visibility: hidden; width: 0; }
#about { max-width: 1460px; margin: 0 auto; padding: 16px 20px 0; font: 14px/1.5 sans-serif; color: #3b4151; }
#about p { margin: 0 0 4px; }
#about a { color: #1f5f9e; }
.dark-mode #about { color: #e4e6e6; }
.dark-mode #about a { color: #7db7ee; }
@media (max-width: 640px) {
  html { scroll-padding-top: 10px; }
  body { margin: 0; }
  .swagger-ui .topbar { position: static; }
  .swagger-ui .topbar-wrapper .link { display: none; }
  .swagger-ui .topbar .download-url-wrapper .select-label { margin: 0; }
  .swagger-ui .opblock .opblock-summary-path { max-width: none; word-break: break-word; }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap; }
  .swagger-ui table.parameters, .swagger-ui .responses-table { display: block; overflow-x: auto; }
}
"""
JAVASCRIPT = """// The documents are looked for beside this script's directory, wherever a proxy has put it.
const above = new URL("..", document.currentScript.src);
const urls = [{versions}].map((name) => ({{ name, url: new URL("openapi/" + name + ".json", above).href }}));
// Colours for a long answer, such as that of a thousand jobs, would occupy the browser for minutes.
const longest = 100000;
const plainIfLong = (Coloured, system) => (properties) => {{
  const long = String(properties.children).length > longest;
  return system.React.createElement(long ? system.getComponent("PlainTextViewer") : Coloured, properties);
}};
window.ui = SwaggerUIBundle({{
  urls,
  "urls.primaryName": new URLSearchParams(location.search).get("urls.primaryName") || urls[0].name,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  queryConfigEnabled: false,
  plugins: [{{ wrapComponents: {{ SyntaxHighlighter: plainIfLong }} }}],
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
}});
"""


def page(path: tuple[str, ...], target: str, served: Served, settings: Settings) -> Page:
    """The page, or a file that it loads; Problem 404 for others, 501 without Swagger UI."""
    package = installed.directory(PACKAGE)
    if package is None:
        raise Problem(
            501,
            "the documentation page needs Swagger UI: install it with pip install 'restd-inet[docs]', or "
            "pip install flask-swagger-ui, for the Python that restd-inet runs with; "
            "the OpenAPI document itself is at /openapi",
        )
    name = "/".join(path[1:])
    if name in ASSETS:
        return of_file(os.path.join(package, "dist", name), ASSETS[name])
    made = {"": _html, "page.css": _css, "page.js": _javascript}.get(name)
    if made is None:
        raise Problem(404, f"there is nothing at {quoted('/' + '/'.join(path))}; the page is at /docs")
    media, text = made(target, served, settings)
    policy = [("Content-Security-Policy", POLICY), ("Referrer-Policy", "no-referrer")]
    return Page((media,), lambda media: text.encode(), tag_of(__version__, text), [CHECKED, *policy])


def _html(target: str, served: Served, settings: Settings) -> tuple[str, str]:
    # "/docs" and "/docs/" are one path, but what is relative to them is not.
    inside = target.partition("?")[0].endswith("/")
    name = escaped(cluster(settings))
    text = HTML.format(
        here="" if inside else "docs/",
        above="../" if inside else "",
        cluster=f"{name} · " if name else "",
        of=f"Cluster <b>{name}</b>, " if name else "",
        slurm=escaped(installed.release()),
        version=__version__,
    )
    return "text/html", text


def _css(target: str, served: Served, settings: Settings) -> tuple[str, str]:
    return "text/css", CSS


def _javascript(target: str, served: Served, settings: Settings) -> tuple[str, str]:
    names = [NAMES[number] for number in reversed(served.numbers)]
    return "text/javascript", JAVASCRIPT.format(versions=", ".join(f'"{name}"' for name in names))
