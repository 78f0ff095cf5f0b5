"""The larger runs of the tests, from the checkout: ``python tests NAME ARGUMENTS``.

NAME is ``agreement``, ``honest``, ``keep_issued``, ``mutations`` or ``same_outputs``: see the modules
of ``system``.
"""

import runpy
import sys

RUNS = ("agreement", "honest", "keep_issued", "mutations", "same_outputs")

if len(sys.argv) < 2 or sys.argv[1] not in RUNS:
    raise SystemExit(f"python tests NAME ARGUMENTS, where NAME is one of {', '.join(RUNS)}")
del sys.argv[0]
runpy.run_module(f"system.{sys.argv[0]}", run_name="__main__", alter_sys=True)
