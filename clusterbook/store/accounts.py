"""Accounts, sessions and links: who comes in, and by which door."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from clusterbook.errors import Error
from clusterbook.store import audit
from clusterbook.store.clock import now
from clusterbook.store.tables import Account, County, LinkRow, Login

ROLES = ("province", "city")
SHORTEST, LONGEST = 12, 128  # signs of a password
SESSION_SECONDS, IDLE_SECONDS = 12 * 3600, 2 * 3600
LINK_DAYS = 60
_LEAST_VARIED = 5  # different signs of a password
_OURS = ("clusterbook", "password", "admin", "密码")  # what an account's password must not lean on
_KEY_BYTES, _SIGNATURE = 32, 26
_hasher = PasswordHasher()


class AccountError(Error):
    """An account that cannot be made; fact ``why`` is name, role, city, easy and so on."""


def secret_key(folder: Path) -> bytes:
    """The key that signs links and cookies; made once, readable by its owner only."""
    path = folder / "secret.key"
    if not path.exists():
        beside = folder / f".secret-{secrets.token_hex(4)}"
        with open(beside, "xb", opener=_private) as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        beside.replace(path)
    return path.read_bytes()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def sign(key: bytes, what: str, text: str) -> str:
    """A text with its signature; ``what`` keeps one kind of text from passing for another."""
    digest = hmac.digest(key, f"{what}|{text}".encode(), "sha256")
    return f"{text}.{digest.hex()[:_SIGNATURE]}"


def unsign(key: bytes, what: str, signed: str) -> str:
    """The text that was signed, '' where the signature is not ours."""
    text = signed.rpartition(".")[0]
    return text if text and hmac.compare_digest(sign(key, what, text), signed) else ""


# --- accounts ------------------------------------------------------------------------------------


def add(session: Session, name: str, role: str, password: str, *, city: str = "") -> Account:
    """A new account; AccountError with what is wrong."""
    if not name or not name.isprintable() or len(name) > 40 or name.strip() != name:  # noqa: PLR2004
        raise AccountError("a name of one to forty signs", why="name")
    if role not in ROLES:
        raise AccountError("province or city", why="role")
    if (role == "city") != bool(city):
        raise AccountError("a city has a city", why="city")
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        raise AccountError("there is one of this name", why="taken")
    account = Account(name=name, role=role, city=city, created=now(),
                      password=_hash(password, name, city))  # fmt: skip
    session.add(account)
    audit.note(session, "命令行", "新建账号", name, role=role, city=city)
    return account


def _hash(password: str, *known: str) -> str:
    """The hash of a password that nobody guesses from what they know of the account."""
    if len(password) < SHORTEST:
        raise AccountError(f"at least {SHORTEST} signs", why="short")
    if len(password) > LONGEST:
        raise AccountError(f"at most {LONGEST} signs", why="long")
    rest = password.casefold()
    for word in filter(None, (*known, *_OURS)):
        rest = rest.replace(word.casefold(), "")
    if len(set(rest)) < _LEAST_VARIED:
        raise AccountError("too easy to guess", why="easy")
    return _hasher.hash(password)


def change_password(session: Session, name: str, password: str, *, by: str) -> None:
    """Another password; all sessions of the account end."""
    account = _named(session, name)
    account.password = _hash(password, account.name, account.city)
    session.execute(delete(Login).where(Login.account_id == account.id))
    audit.note(session, by, "更改密码", name)


def disable(session: Session, name: str) -> None:
    """Nobody comes in by this account any more, nor stays in."""
    account = _named(session, name)
    account.disabled = True
    session.execute(delete(Login).where(Login.account_id == account.id))
    audit.note(session, "命令行", "停用账号", name)


def _named(session: Session, name: str) -> Account:
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        raise AccountError("there is no such account", why="none")
    return account


def checked(session: Session, name: str, password: str) -> Account | None:
    """The account with this name and password."""
    account = session.scalar(select(Account).where(Account.name == name))
    if len(password) > LONGEST:
        return None
    try:
        _hasher.verify(account.password if account else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return account if account and not account.disabled else None


@cache
def _nobody() -> str:
    """Checked where there is no such account: the time tells nobody which there are."""
    return _hasher.hash(secrets.token_hex())


# --- sessions ------------------------------------------------------------------------------------


def log_in(session: Session, role: str, account: Account | None = None) -> str:
    """What the cookie of a new session holds; only its hash is kept."""
    token, at = secrets.token_urlsafe(_KEY_BYTES), now()
    session.execute(delete(Login).where(Login.expires < at))
    session.add(Login(
        id=_digest(token), account_id=account.id if account else None, role=role,
        csrf=secrets.token_urlsafe(_KEY_BYTES), created=at, seen=at,
        expires=at + SESSION_SECONDS,
    ))  # fmt: skip
    return token


def token_for(session: Session, name: str, *, days: int) -> str:
    """A token by which a program acts for an account; only its hash is kept."""
    account = _named(session, name)
    token, at = secrets.token_urlsafe(_KEY_BYTES), now()
    session.add(Login(
        id=_digest(token), account_id=account.id, role=account.role, program=True, csrf="",
        created=at, seen=at, expires=at + days * 86400,
    ))  # fmt: skip
    audit.note(session, "命令行", "生成接口令牌", name, days=days)
    return token


def login_of(session: Session, token: str, *, program: bool) -> Login | None:
    """The session of a cookie, or of a program's token, unless it has ended."""
    login, at = session.get(Login, _digest(token)), now()
    if login is None or login.program != program or login.expires < at:
        return None
    if not program and login.seen + IDLE_SECONDS < at:
        return None
    return None if login.account is not None and login.account.disabled else login


def seen(session: Session, token: str) -> None:
    """Somebody is still at work."""
    session.execute(update(Login).where(Login.id == _digest(token)).values(seen=now()))


def log_out(session: Session, token: str) -> None:
    """End a session for good."""
    session.execute(delete(Login).where(Login.id == _digest(token)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# --- links ---------------------------------------------------------------------------------------


def new_link(session: Session, county: County, *, by: str, days: int = LINK_DAYS) -> LinkRow:
    """A new link of a county; those before it are no longer valid."""
    at = now()
    session.execute(
        update(LinkRow)
        .where(LinkRow.county_id == county.id, LinkRow.revoked.is_(None))
        .values(revoked=at)
    )
    link = LinkRow(id=secrets.token_urlsafe(12), county_id=county.id, created=at,
                expires=at + days * 86400)  # fmt: skip
    session.add(link)
    audit.note(session, by, "生成链接", county.issue, link=link.id, days=days)
    return link


def revoke(session: Session, county: County, *, by: str) -> None:
    """The county's link leads nowhere from now on."""
    session.execute(
        update(LinkRow).where(LinkRow.county_id == county.id, LinkRow.revoked.is_(None))
        .values(revoked=now())
    )  # fmt: skip
    audit.note(session, by, "收回链接", county.issue)


def link_of(session: Session, key: bytes, signed: str) -> tuple[LinkRow | None, str]:
    """The link of an address, and why it does not lead anywhere: unknown, revoked or expired."""
    id_ = unsign(key, "link", signed)
    link = session.get(LinkRow, id_) if id_ else None
    if link is None:
        return None, "unknown"
    if link.revoked is not None:
        return link, "revoked"
    return link, "expired" if link.expires < now() else ""
