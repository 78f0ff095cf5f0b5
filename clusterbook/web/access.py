"""Who is asking, and what they may do. Every right of every role stands here."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from urllib.parse import urlsplit

from attrs import define, field, frozen
from sqlalchemy.orm import Session
from starlette.requests import Request

from clusterbook.store import accounts
from clusterbook.store.clock import now
from clusterbook.store.tables import County
from clusterbook.web.desk import Desk

_AGAIN = 60  # seconds between two notes that a session is used
#: which roles may do what; a county by its link may do what begins with "own"
RIGHTS: Mapping[str, frozenset[str]] = {
    "anyone": frozenset({"", "county", "city", "province", "technician"}),
    "own": frozenset({"county"}),
    "see": frozenset({"city", "province", "technician"}),
    "account": frozenset({"city", "province"}),  # of one's own
    "advise": frozenset({"city"}),
    "run": frozenset({"province", "technician"}),
}


@frozen(kw_only=True)
class Visitor:
    """Whoever asks: a role, its name in the audit log, and the city or county it is held to."""

    role: str = ""
    name: str = ""
    city: str = ""
    county: County | None = None
    csrf: str = ""
    token: str = ""  # of the cookie
    link: str = ""  # as it stands in the address
    refused: str = ""  # why a link leads nowhere
    idle: bool = False  # not heard of for a while: it is to be noted that the session is used

    def may(self, right: str) -> bool:
        """Whether this is among the rights of the role."""
        return self.role in RIGHTS[right]

    def sees(self, county: County) -> bool:
        """Whether a county is within what this visitor is held to."""
        if self.role == "county":
            return self.county is not None and self.county.id == county.id
        return self.may("see") and (self.role != "city" or county.city == self.city)


def cookie_name(desk: Desk) -> str:
    """What the cookie of a session is called: by https it can come from this host alone."""
    return "__Host-clusterbook" if desk.setting.secure else "clusterbook"


def visitor(request: Request, desk: Desk, session: Session) -> Visitor:
    """Who is asking: by the link in the address, the token of a program, or the cookie."""
    signed = request.path_params.get("link")
    if signed is not None:
        return _by_link(desk, session, signed)
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    bearer = given.strip() if kind.lower() == "bearer" else ""
    if bearer:
        return _by_token(session, bearer, program=True)
    cookie = request.cookies.get(cookie_name(desk), "")
    return _by_token(session, accounts.unsign(desk.key, "cookie", cookie), program=False)


def _by_link(desk: Desk, session: Session, signed: str) -> Visitor:
    link, why = accounts.link_of(session, desk.key, signed)
    if link is None or why:
        return Visitor(refused=why)
    csrf = accounts.sign(desk.key, "csrf", link.id).rpartition(".")[2]
    return Visitor(role="county", name=f"县 {link.county.issue}", city=link.county.city,
                   county=link.county, csrf=csrf, link=signed)  # fmt: skip


def _by_token(session: Session, token: str, *, program: bool) -> Visitor:
    login = accounts.login_of(session, token, program=program) if token else None
    if login is None:
        return Visitor()
    account = login.account
    return Visitor(
        role=login.role, name=account.name if account else "本机", csrf=login.csrf, token=token,
        city=account.city if account else "", idle=not program and login.seen + _AGAIN < now(),
    )  # fmt: skip


def same_origin(request: Request, desk: Desk) -> bool:
    """Whether a request that changes something was sent by one of our own pages, or a program."""
    site = request.headers.get("sec-fetch-site", "")
    if site and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "")
    if not origin:
        return True
    host = urlsplit(origin)
    return host.netloc == request.headers.get("host", "") or origin == desk.setting.address


def own_path(path: str) -> str:
    """A path of our own to go on to; the front page where it leads elsewhere."""
    parts = urlsplit(path)
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if fine and "\\" not in path and not parts.netloc and not parts.scheme else "/"


@define
class Limiter:
    """How often something may happen from one place: so many times in so many seconds."""

    most: int
    seconds: float
    _seen: OrderedDict[str, deque[float]] = field(init=False, factory=OrderedDict)
    _lock: Lock = field(init=False, factory=Lock)
    _places: int = 10_000  # remembered at most

    def full(self, place: str) -> bool:
        """Whether it has happened too often of late."""
        with self._lock:
            return len(self._recent(place)) >= self.most

    def count(self, place: str) -> None:
        """It has happened once more."""
        with self._lock:
            self._recent(place).append(monotonic())
            while len(self._seen) > self._places:
                self._seen.popitem(last=False)

    def _recent(self, place: str) -> deque[float]:
        times = self._seen.setdefault(place, deque())
        self._seen.move_to_end(place)
        while times and times[0] < monotonic() - self.seconds:
            times.popleft()
        return times


@frozen
class RateLimits:
    """What is limited, by where it comes from."""

    links: Limiter = field(factory=lambda: Limiter(20, 60))  # that lead nowhere
    logins: Limiter = field(factory=lambda: Limiter(5, 900))  # that failed, of one name
    guesses: Limiter = field(factory=lambda: Limiter(20, 900))  # that failed, from one place
    uploads: Limiter = field(factory=lambda: Limiter(30, 600))  # of one county
