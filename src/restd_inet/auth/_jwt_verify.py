"""Verifies tokens with their key, by PyJWT; loaded when there is one to verify."""

from __future__ import annotations

import json
from typing import Any

import jwt

from restd_inet import log
from restd_inet.problems import Problem, quoted

# Slurm's auth/jwt checks no other claim: tokens of an identity provider have an audience that is not Slurm.
_OPTIONS: Any = {
    "require": ["exp"],
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def verified(token: str, algorithm: str, kid: object, content: bytes, leeway: int) -> bool:
    """Whether the token was verified with this key file; False if this host cannot. Raises Problem 401.

    leeway: seconds by which the issuer's clock may differ.
    """
    if algorithm == "HS256" and not content:
        log.write(log.ERROR, "the file that jwt_key= names is empty")
        raise Problem(401, "the token cannot be verified: the file of this cluster's key is empty")
    key = content if algorithm == "HS256" else _rsa_key(content, kid)
    if key is None:
        return False
    try:
        jwt.decode(token, key, algorithms=[algorithm], leeway=leeway, options=_OPTIONS)
    except jwt.InvalidSignatureError:
        raise Problem(401, "the token is not signed with this cluster's key") from None
    except jwt.ExpiredSignatureError:
        raise Problem(401, "the token has expired; scontrol token makes another") from None
    except jwt.PyJWTError as error:
        raise Problem(401, f"the token cannot be verified: {error}") from None
    return True


def _rsa_key(content: bytes, kid: object) -> Any:
    """The RSA key of that id in the file's key set; None if this host cannot verify RS256."""
    if not isinstance(kid, str):
        raise Problem(401, "the token does not say which key it is signed with (kid)")
    for key in _listed(content):
        if key.get("kid") == kid and key.get("kty") == "RSA" and key.get("alg") in (None, "RS256"):
            if not jwt.algorithms.has_crypto:
                log.write(log.INFO, "RS256 tokens are left to slurmctld: the package cryptography is missing")
                return None
            try:
                return jwt.PyJWK(key, "RS256").key
            except jwt.PyJWTError:
                log.write(log.ERROR, f"the key {quoted(kid)} in the file that jwks= names is not an RSA key")
                return None
    raise Problem(401, f"the token is signed with a key that this cluster does not know: {quoted(kid)}")


def _listed(content: bytes) -> list[dict[str, Any]]:
    """The keys of a JSON web key set."""
    try:
        return [key for key in json.loads(content)["keys"] if isinstance(key, dict)]
    except (ValueError, TypeError, KeyError):
        log.write(log.ERROR, "the file that jwks= names is not a JSON web key set")
        return []
