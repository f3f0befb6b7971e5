"""Secrets that are shown once: how they are made, and what is kept of them."""

import hashlib
import secrets

TOKEN_PREFIX = "swk_"  # noqa: S105 - what a token begins with, not a token
# Without 0 O 1 l I: a one-time password is read aloud and typed by hand.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def hash_secret(secret: str) -> str:
    """What the database keeps. The secrets are long and random, so one fast, unsalted
    hash is enough, and lets a row be found by it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_invitation_secret() -> str:
    return secrets.token_urlsafe(32)


def new_password() -> str:
    """Four groups of four, like ``hTx7-mPq2-Rw9a-KdV3``: about 93 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
