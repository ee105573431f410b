#!/usr/bin/env bash
# Expected: in a peer, a podSelector beside a namespaceSelector narrows it: pods of that kind in those namespaces. So adding one can only
#           take connections away.
# Seen:     `kube-netpol simulate` never matches a namespaceSelector with labels, not even by the namespace's own name; with a podSelector
#           beside it, it looks at the pod's labels alone. Narrowing the peer turns "deny" into "allow", for the right namespace and for any.
# Met by:   whoever asks the simulator about the form of peer that the Kubernetes documentation recommends.
# Version:  kube-netpol 1.0.0 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check kube-netpol==1.0.0

policy() {
  cat <<YAML
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: data }
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }$1 }]
      ports: [{ protocol: TCP, port: 5432 }]
YAML
}
policy '' >namespace.yaml
policy ', podSelector: { matchLabels: { app: web } }' >namespace-and-pods.yaml

cat >expected <<'TEXT'
peer namespace.yaml, web of shop: DENY
peer namespace.yaml, web of other: DENY
peer namespace-and-pods.yaml, web of shop: ALLOW
peer namespace-and-pods.yaml, web of other: ALLOW
TEXT
venv/bin/kube-netpol --version
for peer in namespace namespace-and-pods; do
  for namespace in shop other; do
    verdict=$(venv/bin/kube-netpol simulate $peer.yaml --from-pod web --from-ns $namespace --from-labels app=web \
      --to-pod db --to-ns data --port 5432 | grep -oE 'Verdict:.*(ALLOW|DENY)' | grep -oE '[A-Z]+$')
    echo "peer $peer.yaml, web of $namespace: $verdict"
  done
done | tee seen
diff expected seen && echo "as recorded"
