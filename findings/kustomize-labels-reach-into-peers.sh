#!/usr/bin/env bash
# Expected: `labels` with `includeSelectors: true` labels the kustomization's own objects and the selectors that choose them.
# Seen:     the label also goes into the peers of NetworkPolicies, whoever they are: "DNS of kube-system" comes to mean kube-dns pods that
#           carry env=prod, of which there are none, and every pod of the policy loses DNS. Peers chosen by matchExpressions, and a
#           podSelector {} of all pods, are left alone. `namespace:` renames the Namespace, but not in selectors by its name, which then
#           point at nobody.
# Met by:   overlays for environments (commonLabels did the same) over bases that bring their policies along.
# Version:  kustomize v5.7.1 (Go module)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
GOBIN=$work go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1 2>/dev/null

cat >base.yaml <<'YAML'
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } }
          podSelector: { matchExpressions: [{ key: app, operator: In, values: [prometheus] }] }
  egress:
    - to:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
          podSelector: { matchLabels: { k8s-app: kube-dns } }
      ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
YAML
cat >kustomization.yaml <<'YAML'
resources: [base.yaml]
namespace: shop-prod
labels:
  - pairs: { env: prod }
    includeSelectors: true
YAML

cat >expected <<'TEXT'
apiVersion: v1
kind: Namespace
metadata:
  labels:
    env: prod
  name: shop-prod
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  labels:
    env: prod
  name: web
  namespace: shop-prod
spec:
  egress:
  - ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
    to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          env: prod
          k8s-app: kube-dns
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: shop
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: monitoring
      podSelector:
        matchExpressions:
        - key: app
          operator: In
          values:
          - prometheus
  podSelector: {}
  policyTypes:
  - Ingress
  - Egress
TEXT
echo "kustomize $(./kustomize version)"
./kustomize build . | tee seen
diff expected seen && echo "as recorded"
