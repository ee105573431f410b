#!/usr/bin/env bash
# Expected: policies made by hubble-audit2policy from observed flows allow exactly those flows: replies need no rule, and DNS has one.
# Seen:     a flow that Hubble marks `is_reply: true` becomes rules of its own for the client's ephemeral port, at both ends. DNS flows to
#           kube-dns count as matched and are in its report, but make no rule: CoreDNS's pods carry k8s-app, which isn't among the labels
#           that name a workload for it. So the client becomes egress-isolated by a policy that lacks the DNS it was seen to use.
# Met by:   Cilium users who move from audit mode to enforcement.
# Version:  hubble-audit2policy 0.18.5 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check hubble-audit2policy==0.18.5

cat >flows.py <<'PY'
import json


def end(namespace, label, value):
    labels = [f"k8s:{label}={value}", f"k8s:io.kubernetes.pod.namespace={namespace}"]
    return {"namespace": namespace, "labels": labels, "pod_name": f"{value}-0"}


def flow(source, destination, protocol, ports, **more):
    l4 = {protocol: dict(zip(("source_port", "destination_port"), ports))}
    ip = {"source": "10.0.1.5", "destination": "10.0.2.6", "ipVersion": "IPv4"}
    record = {"time": "2026-01-01T00:00:00Z", "verdict": "AUDIT", "IP": ip, "l4": l4, "Type": "L3_L4",
              "source": source, "destination": destination, "event_type": {"type": 5}, **more}
    print(json.dumps({"flow": record, "node_name": "n", "time": record["time"]}))


web, db, dns = end("shop", "app", "web"), end("data", "app", "db"), end("kube-system", "k8s-app", "kube-dns")
flow(web, db, "TCP", (40001, 5432), traffic_direction="EGRESS", is_reply=False)
flow(db, web, "TCP", (5432, 40001), traffic_direction="INGRESS", is_reply=True)
flow(web, dns, "UDP", (40002, 53), traffic_direction="EGRESS", is_reply=False)
PY
venv/bin/python flows.py >flows.jsonl

cat >expected <<'TEXT'
report: Processed 3 flows - 3 matched - 2 policies generated.
db: egress to web 40001
db: ingress from web 5432
web: egress to db 5432
web: ingress from db 40001
TEXT
venv/bin/hubble-audit2policy --version
venv/bin/hubble-audit2policy --no-enrich --dry-run --report flows.jsonl >policies.yaml 2>report
{
  echo "report: $(grep -o 'Processed .*' report)"
  venv/bin/python - <<'PY'
import yaml

for policy in yaml.safe_load_all(open("policies.yaml")):
    for direction, side in (("egress", "to"), ("ingress", "from")):
        for rule in policy["spec"].get(direction, []):
            peers = [p["matchLabels"].get("app", p) for p in rule[f"{side}Endpoints"]]
            ports = [int(p["port"]) for t in rule["toPorts"] for p in t["ports"]]
            print(policy["metadata"]["name"].removeprefix("allow-") + ":", direction, side, *peers, *ports)
PY
} | tee seen
diff expected seen && echo "as recorded"
