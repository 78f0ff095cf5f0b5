#!/usr/bin/env bash
# schemathesis 4.32.5: without its stateful phase, too, it sends ids from earlier responses, and nothing else.
#
# The stateful phase is the one that joins operations. With --phases=fuzzing alone, the id which POST /users has answered
# still becomes the path parameter of DELETE /users/{user_id}: what one operation has made, another deletes. And the id
# takes the place of generated values: of --max-examples=20 one request is left, so the parameter is not fuzzed at all.
# The run passes; only the number of generated cases in its summary tells. Responses are a source of their own, which is
# on by default. Turning it off in schemathesis.toml
#   [phases.fuzzing]
#   extra-data-sources.responses = false
# gives twenty generated ids, none of them ever issued.
#
# Seen: DELETE requests, and those of issued ids: 1, 1; with the source off: 20, 0
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet schemathesis==4.32.5
cd "$work"
mkdir default off
printf '[phases.fuzzing]\nextra-data-sources.responses = false\n' >off/schemathesis.toml
"$work/env/bin/python" - "$work/env/bin/schemathesis" <<'PY'
import json
import subprocess
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TEXT = {"type": "string", "maxLength": 64}
USER = {"type": "object", "required": ["id"], "properties": {"id": TEXT}}
ADDED = {"description": "added", "content": {"application/json": {"schema": USER}}}
GIVEN = {"name": "user_id", "in": "path", "required": True, "schema": TEXT}
SCHEMA = {"openapi": "3.0.3", "info": {"title": "users", "version": "1"}, "paths": {
    "/users": {"post": {"responses": {"201": ADDED}}},
    "/users/{user_id}": {"delete": {"parameters": [GIVEN], "responses": {
        "204": {"description": "gone"}, "404": {"description": "unknown"}}}}}}

class Users(BaseHTTPRequestHandler):
    def answer(self, status, body=None):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer(200, SCHEMA)

    def do_POST(self):
        issued.add(new := uuid.uuid4().hex)
        self.answer(201, {"id": new})

    def do_DELETE(self):
        deleted.append(known := self.path.rpartition("/")[2] in issued)
        self.answer(204 if known else 404)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Users)
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = {}
for folder in ("default", "off"):
    issued, deleted = set(), []
    subprocess.run([sys.argv[1], "run", f"http://127.0.0.1:{server.server_port}/openapi.json", "--phases=fuzzing",
                    "--checks=not_a_server_error", "--max-examples=20", "--seed=1", "--workers=1"],
                   cwd=folder, check=True, stdout=subprocess.DEVNULL)
    seen[folder] = len(deleted), sum(deleted)
print("DELETE requests, and those of issued ids:", seen)
assert seen == {"default": (1, 1), "off": (20, 0)}
PY
