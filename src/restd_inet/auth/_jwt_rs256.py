"""Verifies signatures of RS256, by PyJWT and the package cryptography."""

from __future__ import annotations

import jwt

from restd_inet import log
from restd_inet.auth._jwt_read import decoded
from restd_inet.problems import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from restd_inet.auth._jwt_read import Token


def signature_is_good(token: Token, key: dict[str, Any]) -> bool | None:
    """Whether the key signed the token; None if this host cannot tell."""
    if not jwt.algorithms.has_crypto:
        log.write(log.INFO, "RS256 tokens are left to slurmctld: the package cryptography is missing")
        return None
    try:
        public = jwt.PyJWK({"kty": "RSA", "n": key.get("n"), "e": key.get("e")}, "RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        log.write(
            log.ERROR, f"the key {quoted(str(token.kid))} in the file that jwks= names is not an RSA key"
        )
        return None
    algorithm = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
    return bool(algorithm.verify(token.signed, public, decoded(token.signature)))
