"""Request targets (RFC 9112 section 3.2): path and query.

Empty segments are dropped, as slurmrestd does: "/slurm//v1/diag/" is "/slurm/v1/diag". "." and ".." are
refused, not resolved: no client of this API needs them, and a proxy may resolve them differently.
"""

from __future__ import annotations

from restd_inet.problems import Problem


def split(method: str, target: str) -> tuple[tuple[str, ...], str]:
    """The decoded segments of the path, and the query as sent."""
    if method == "CONNECT":
        raise Problem(501, "CONNECT is for proxies; restd-inet is not a proxy.")
    if target == "*":
        if method != "OPTIONS":
            raise Problem(400, "the target '*' is allowed with OPTIONS only.")
        return (), ""
    rest = local(target)
    if "#" in rest:
        raise Problem(400, "the request target holds a '#': expected a path and a query, without a fragment.")
    path, _, query = rest.partition("?")
    return tuple(_decoded(segment) for segment in path.split("/") if segment), query


def local(target: str) -> str:
    """Path and query of an origin-form or absolute-form target; the authority is ignored."""
    if target.startswith("/"):
        return target
    scheme, separator, rest = target.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        raise Problem(400, "the request target is neither a path that begins with '/' nor an http URL.")
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    if end == 0:
        raise Problem(400, "the URL in the request line has no host.")
    return rest[end:] if rest[end : end + 1] == "/" else "/" + rest[end:]


def _decoded(segment: str) -> str:
    """One segment, percent-decoded once: an encoded slash stays within it."""
    text = segment
    if "%" in segment:
        first, *pieces = segment.split("%")
        try:
            decoded = [bytes.fromhex(piece[:2].ljust(2, "?")) + piece[2:].encode("ascii") for piece in pieces]
            text = (first.encode("ascii") + b"".join(decoded)).decode("utf-8")
        except UnicodeDecodeError:
            raise Problem(400, "the path, once percent-decoded, is not UTF-8.") from None
        except ValueError:
            raise Problem(400, "the path holds a '%' without two hexadecimal digits after it.") from None
        if any(c < " " or "\x7f" <= c < "\xa0" for c in text):
            raise Problem(400, "the path holds a control character.")
    if text in (".", ".."):
        raise Problem(400, "the path holds a '.' or '..' segment.")
    return text
