#!/usr/bin/env bash
# Expected: a tool that sorts objects for `kubectl apply` puts NetworkPolicies before the workloads that they isolate, so no pod starts
#           open; lightkube's sort_objects does, right after the Namespace.
# Seen:     kustomize's default order puts Deployments, DaemonSets and Jobs first and the policy after them, even where the file has the
#           policy on top: between the two, the pods run as if there were none. `sortOptions: { order: fifo }` keeps the file's order.
# Met by:   everyone who pipes `kustomize build` (or `kubectl kustomize`) to an apply.
# Version:  kustomize v5.7.1 (Go module), lightkube 1.0.1 (PyPI)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1 2>/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check lightkube==1.0.1 lightkube-models==1.37.0.8

cat >base.yaml <<'YAML'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress, Egress] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: nginx }] } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: shop }
spec:
  selector: { matchLabels: { app: agent } }
  template: { metadata: { labels: { app: agent } }, spec: { containers: [{ name: agent, image: nginx }] } }
---
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, namespace: shop }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: migrate, image: nginx }] } } }
YAML
echo 'resources: [base.yaml]' >kustomization.yaml

kinds() { sed -n 's/^kind: //p' | xargs; }
cat >expected <<'TEXT'
file:      NetworkPolicy Namespace Deployment DaemonSet Job
kustomize: Namespace Deployment DaemonSet Job NetworkPolicy
fifo:      NetworkPolicy Namespace Deployment DaemonSet Job
lightkube: Namespace NetworkPolicy Deployment DaemonSet Job
TEXT
echo "kustomize $(./kustomize version), lightkube $(venv/bin/pip show lightkube 2>/dev/null | sed -n 's/^Version: //p')"
{
  echo "file:      $(kinds <base.yaml)"
  echo "kustomize: $(./kustomize build . | kinds)"
  printf 'sortOptions: { order: fifo }\n' >>kustomization.yaml
  echo "fifo:      $(./kustomize build . | kinds)"
  venv/bin/python - <<'PY'
from lightkube import sort_objects
from lightkube.codecs import load_all_yaml

print("lightkube:", *(o.kind for o in sort_objects(load_all_yaml(open("base.yaml")))))
PY
} | tee seen
diff expected seen && echo "as recorded"
