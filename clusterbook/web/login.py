"""Coming in and going out: passwords, and the key of a technician's own desk."""

from __future__ import annotations

import hmac

from starlette.responses import Response

from clusterbook.store import accounts, audit
from clusterbook.web import access
from clusterbook.web.pages import Ask
from clusterbook.web.words import sentence


def front(ask: Ask) -> Response:
    """On to where whoever asks is at home."""
    return ask.go("/desk" if ask.who.may("see") else "/login")


def show(ask: Ask) -> Response:
    """Where a password is asked for; a desk without accounts tells how it is opened."""
    if ask.who.may("see"):
        return ask.go("/desk")
    return ask.show("login.html", next=access.own_path(ask.query("next") or "/"), wrong="", name="")


def enter(ask: Ask) -> Response:
    """A name and a password. Every session is a new one, whatever cookie came along."""
    name, onward = ask.text("name", 100), access.own_path(ask.text("next", 500) or "/")
    wrong = ""
    if ask.limits.logins.full(name) or ask.limits.guesses.full(ask.place):
        wrong = "often"
    else:
        with ask.desk.database.writing() as session:
            account = accounts.checked(session, name, ask.text("password", 1000))
            if account is not None:
                token = accounts.log_in(session, account.role, account)
                audit.note(session, account.name, "登录", ask.place)
                return _with_cookie(ask, onward if onward != "/" else "/desk", token)
            audit.note(session, name[:40], "登录失败", ask.place)
        ask.limits.logins.count(name)
        ask.limits.guesses.count(ask.place)
        wrong = "password"
    return ask.show("login.html", 429 if wrong == "often" else 401, next=onward, wrong=wrong,
                    name=name)  # fmt: skip


def open_alone(ask: Ask) -> Response:
    """The technician's own desk: whoever has the key that was shown when it was started."""
    expected = ask.request.app.state.opening
    given = str(ask.request.path_params["key"])
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        ask.limits.links.count(ask.place)
        return ask.show("refused.html", 404, why="unknown")
    with ask.desk.database.writing() as session:
        token = accounts.log_in(session, "technician")
        audit.note(session, "本机", "打开", ask.place)
    return _with_cookie(ask, "/desk", token)


def leave(ask: Ask) -> Response:
    """The end of a session, here and in the database."""
    with ask.desk.database.writing() as session:
        accounts.log_out(session, ask.who.token)
        audit.note(session, ask.who.name, "退出")
    answer = ask.go("/login")
    answer.delete_cookie(access.cookie_name(ask.desk), secure=ask.desk.setting.secure)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def password(ask: Ask) -> Response:
    """Where somebody gives their account another password."""
    return ask.show("password.html", wrong="")


def change(ask: Ask) -> Response:
    """Another password, for whoever knows the one before; all other sessions end."""
    name, new = ask.who.name, ask.text("new", 1000)
    if ask.limits.logins.full(name):
        return ask.show("password.html", 429, wrong="错误次数太多，请十五分钟后再试。")
    try:
        with ask.desk.database.writing() as session:
            account = accounts.checked(session, name, ask.text("password", 1000))
            if account is not None and new == ask.text("again", 1000):
                accounts.change_password(session, name, new, by=name)
                return _with_cookie(ask, "/desk", accounts.log_in(session, account.role, account))
    except accounts.AccountError as error:
        return ask.show("password.html", 400, wrong=sentence(error))
    if account is not None:
        return ask.show("password.html", 400, wrong="两次输入的新密码不一样。")
    ask.limits.logins.count(name)
    return ask.show("password.html", 400, wrong="现在的密码不对。")


def _with_cookie(ask: Ask, path: str, token: str) -> Response:
    answer = ask.go(path)
    answer.set_cookie(
        access.cookie_name(ask.desk), accounts.sign(ask.desk.key, "cookie", token), httponly=True,
        samesite="lax", secure=ask.desk.setting.secure, max_age=accounts.SESSION_SECONDS,
    )  # fmt: skip
    return answer
