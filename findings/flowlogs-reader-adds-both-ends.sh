#!/usr/bin/env bash
# Expected: aggregated_records of flowlogs-reader sums up what one connection sent, and keeps accepted and refused traffic apart;
#           to_message writes a record back as it was read.
# Seen:     it groups by addresses, ports and protocol alone. A connection between two interfaces of the VPC is logged by both, and
#           counts twice; a refused packet is added to the accepted ones, and the sum has no action. to_message turns the ports 0 0 of
#           an ICMP record into `- -`, as if they had not been logged.
# Met by:   whoever finds out from VPC flow logs which flows a security group must admit, and how busy they are.
# Version:  flowlogs-reader 5.0.1 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check flowlogs-reader==5.0.1

cat >run.py <<'PY'
import warnings

warnings.simplefilter("ignore")
from flowlogs_reader import FlowRecord, aggregated_records

lines = [
    "2 111122223333 eni-web 10.0.1.5 10.0.2.6 49761 5432 6 20 4000 1418530010 1418530070 ACCEPT OK",
    "2 111122223333 eni-db 10.0.1.5 10.0.2.6 49761 5432 6 20 4000 1418530010 1418530070 ACCEPT OK",
    "2 111122223333 eni-db 10.0.1.5 10.0.2.6 49761 5432 6 1 40 1418530071 1418530080 REJECT OK",
]
total, = aggregated_records(FlowRecord.from_cwl_event({"message": line}) for line in lines)
print("sent:    20 packets accepted, 1 refused")
print("summed: ", total["packets"], "packets, action", total.get("action"))

ping = "2 111122223333 eni-web 10.0.1.5 10.0.2.6 0 0 1 4 336 1432917027 1432917142 ACCEPT OK"
print("read:   ", ping)
print("written:", " ".join(FlowRecord.from_cwl_event({"message": ping}).to_message().split()[:14]))
PY

cat >expected <<'TEXT'
sent:    20 packets accepted, 1 refused
summed:  41 packets, action None
read:    2 111122223333 eni-web 10.0.1.5 10.0.2.6 0 0 1 4 336 1432917027 1432917142 ACCEPT OK
written: 2 111122223333 eni-web 10.0.1.5 10.0.2.6 - - 1 4 336 1432917027 1432917142 ACCEPT OK
TEXT
echo "flowlogs-reader $(venv/bin/pip show flowlogs-reader 2>/dev/null | sed -n 's/^Version: //p')"
venv/bin/python run.py | tee seen
diff expected seen && echo "as recorded"
