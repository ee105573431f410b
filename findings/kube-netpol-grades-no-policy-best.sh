#!/usr/bin/env bash
# Expected: kube-netpol's security score rises as a namespace goes from no policy at all to default deny, DNS and one narrow flow.
# Seen:     no policy is one problem and a B. The textbook set is many and an F: the default deny is told that it denies DNS, though the
#           policy beside it allows it, that it has no rules, and that it selects every pod; the flow's policy, that it lacks DNS.
# Met by:   whoever puts the score into a pipeline or a report.
# Version:  kube-netpol 1.0.0 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check kube-netpol==1.0.0

mkdir none textbook
cat >none/namespace.yaml <<'YAML'
apiVersion: v1
kind: Namespace
metadata: { name: shop }
YAML
cp none/namespace.yaml textbook
cat >textbook/policies.yaml <<'YAML'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-dns, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
          podSelector: { matchLabels: { k8s-app: kube-dns } }
      ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-web-to-db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ protocol: TCP, port: 5432 }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-web-egress-to-db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Egress]
  egress:
    - to: [{ podSelector: { matchLabels: { app: db } } }]
      ports: [{ protocol: TCP, port: 5432 }]
YAML

cat >expected <<'TEXT'
none:     Security Score: 76.0 / 100 Grade: B, High 1, Medium 0
textbook: Security Score: 5.0 / 100 Grade: F, High 2, Medium 5
TEXT
venv/bin/kube-netpol --version
scan() {
  local text
  text=$(COLUMNS=120 venv/bin/kube-netpol scan "$1" || true)
  echo "$(grep -o 'Security Score:.*Grade: *[A-F]' <<<"$text" | tr -s ' ')," \
    "High $(sed -n 's/.*HIGH *\([0-9][0-9]*\).*/\1/p' <<<"$text" | head -1)," \
    "Medium $(sed -n 's/.*MEDIUM *\([0-9][0-9]*\).*/\1/p' <<<"$text" | head -1)"
}
{
  echo "none:     $(scan none)"
  echo "textbook: $(scan textbook)"
} | tee seen
diff expected seen && echo "as recorded"
