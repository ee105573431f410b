#!/usr/bin/env bash
# Expected: `sarif --check error summary` counts the errors that stand: not one whose exception was accepted (`suppressions`), nor one that
#           the last run still had and this one hasn't (`baselineState: absent`).
# Seen:     both are counted as errors and fail the check. A log that says that every finding was mended or accepted ends the pipeline.
# Met by:   policy scanners whose SARIF carries exceptions or a baseline, as SARIF 2.1.0 defines them.
# Version:  sarif-tools 3.0.5 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check sarif-tools==3.0.5

cat >log.py <<'PY'
import json
import sys


def result(text, **more):
    place = {"physicalLocation": {"artifactLocation": {"uri": "policies.yaml"}, "region": {"startLine": 1}}}
    return {"ruleId": "default-deny", "level": "error", "message": {"text": text}, "locations": [place], **more}


results = {
    "accepted": result("shop has no default deny", suppressions=[{"kind": "external", "status": "accepted"}]),
    "absent": result("data has no default deny", baselineState="absent"),
    "passed": result("web is isolated", kind="pass", level="none"),
}
driver = {"name": "policies", "rules": [{"id": "default-deny"}]}
runs = [{"tool": {"driver": driver}, "results": [results[sys.argv[1]]]}]
print(json.dumps({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": runs}))
PY

cat >expected <<'TEXT'
accepted: error: 1, exit code 1
absent: error: 1, exit code 1
passed: error: 0, exit code 0
TEXT
echo "sarif-tools $(venv/bin/pip show sarif-tools 2>/dev/null | sed -n 's/^Version: //p')"
for kind in accepted absent passed; do
  venv/bin/python log.py $kind >log.sarif
  code=0
  venv/bin/sarif --check error summary log.sarif >summary 2>/dev/null || code=$?
  echo "$kind: $(grep '^error:' summary), exit code $code"
done | tee seen
diff expected seen && echo "as recorded"
