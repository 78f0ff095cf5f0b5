"""The description of ``/api/v1`` as OpenAPI has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import clusterbook as cb

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _object(properties: Mapping[str, Any], *optional: str) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties),
            "required": [name for name in properties if name not in optional]}  # fmt: skip


def _answer(told: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"description": told, "content": {"application/json": {"schema": dict(schema)}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT, _WHOLE = {"type": "string"}, {"type": "integer"}
_MAYBE = {"type": ["string", "null"]}
_RECEIPT = {"name": "receipt", "in": "path", "required": True, "schema": {**_TEXT, "minLength": 1}}
_LANG = {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["zh", "en"]}}


def _refusals(*codes: int) -> dict[str, Any]:
    told = {400: "not a request of this interface", 401: "no token", 403: "the token may not",
            404: "there is none", 409: "the round takes nothing in", 413: "too large",
            415: "not multipart/form-data", 422: "not a return", 503: "try later"}  # fmt: skip
    return {str(code): _answer(told[code], _ref("Error")) for code in codes}


def _get(told: str, schema: str, *parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {"get": {"summary": told, "parameters": list(parameters), "security": [{"token": []}],
                    "responses": {"200": _answer(told, _ref(schema)),
                                  **_refusals(401, 403, 404, 503)}}}  # fmt: skip


_SCHEMAS = {
    "Error": _object({"error": _object({"code": _TEXT, "message": _TEXT})}),
    "Upload": _object({
        "receipt": _TEXT, "sha256": {**_TEXT, "pattern": "^[0-9a-f]{64}$"}, "size": _WHOLE,
        "name": _TEXT, "received": _WHOLE,
        "state": {"type": "string", "enum": ["waiting", "judged", "failed"]}, "verdict": _MAYBE,
        "current": {"type": "boolean"}, "issue": _MAYBE,
    }),
    "Problem": _object({
        "level": {"type": "string", "enum": ["error", "explain", "info"]}, "code": _TEXT,
        "sheet": _TEXT, "cell": _TEXT, "key": _TEXT, "label": _TEXT, "value": _TEXT,
        "message": _TEXT, "how_to_mend": _TEXT, "explanation": _TEXT,
    }),
    "Problems": _object({
        "receipt": _TEXT, "state": _TEXT,
        "files": {"type": "array", "items": _object({
            "file": _TEXT, "verdict": _TEXT, "row": _WHOLE,
            "problems": {"type": "array", "items": _ref("Problem")},
        })},
    }),
    "Round": _object({
        "form": _TEXT, "year": _WHOLE, "month": {"type": ["integer", "null"]},
        "locked": {"type": "boolean"},
        "cities": {"type": "array", "items": {"type": "object"}},
        "counties": {"type": "array", "items": _object({
            "issue": _TEXT, "issued_to": _TEXT, "state": _TEXT, "receipt": _MAYBE,
        })},
    }),
}  # fmt: skip
_PUSH = {
    "summary": "A return comes in; the receipt says that it is kept.", "security": [{"token": []}],
    "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _object(
        {"file": {"type": "string", "format": "binary"}, "issue": _TEXT}, "issue",
    )}}},
    "responses": {"200": _answer("This very file had come before.", _ref("Upload")),
                  "202": _answer("Received, and being judged.", _ref("Upload")),
                  **_refusals(400, 401, 403, 409, 413, 415, 422, 503)},
}  # fmt: skip
DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "clusterbook", "version": cb.__version__,
             "description": "Returns in, verdicts out. Tokens: clusterbook account token."},
    "servers": [{"url": "/api/v1"}],
    "paths": {
        "/round": _get("How far the round is.", "Round"),
        "/returns": {"post": _PUSH},
        "/returns/{receipt}": _get("What became of a return.", "Upload", _RECEIPT),
        "/returns/{receipt}/problems": _get("All its problems.", "Problems", _RECEIPT, _LANG),
        "/returns/{receipt}/copy": {"get": {
            "summary": "The marked copy.", "parameters": [_RECEIPT], "security": [{"token": []}],
            "responses": {"200": {"description": "A workbook.", "content": {
                _XLSX: {"schema": {"type": "string", "format": "binary"}}}},
                **_refusals(401, 403, 404, 503)},
        }},
    },
    "components": {
        "schemas": _SCHEMAS,
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}  # fmt: skip
