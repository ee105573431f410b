#!/usr/bin/env bash
# Expected: `cdk8s import` of network-policy-api's CRD gives the plain class name, ClusterNetworkPolicy, to v1beta1, the version that is
#           stored.
# Seen:     the plain name is v1alpha2's, because that version stands first in the file; v1beta1 is ClusterNetworkPolicyV1Beta1. Code that
#           uses the obvious class asks the API for the alpha version, and fails on the day that it is no longer served.
# Met by:   cdk8s users who move from AdminNetworkPolicy to its successor.
# Version:  cdk8s-cli 2.207.60 (npm), sigs.k8s.io/network-policy-api v0.3.0 (Go module)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts cdk8s-cli@2.207.60 cdk8s@2.70.106 constructs@10.4.2
module=$(go mod download -json sigs.k8s.io/network-policy-api@v0.3.0 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
crd=$module/config/crd/standard/policy.networking.k8s.io_clusternetworkpolicies.yaml

cat >expected <<'TEXT'
CRD: v1alpha2 storage: false
CRD: v1beta1 storage: true
ClusterNetworkPolicy policy.networking.k8s.io/v1alpha2
ClusterNetworkPolicyV1Beta1 policy.networking.k8s.io/v1beta1
TEXT
echo "cdk8s-cli $(node -p 'require("./node_modules/cdk8s-cli/package.json").version')"
CHECK_FOR_UPDATES=false node_modules/.bin/cdk8s import "$crd" --language typescript --output imports >/dev/null 2>&1
{
  awk '/^    name: v/ { name = $2 } /^    storage:/ { print "CRD:", name, $1, $2 }' "$crd"
  awk '/^export class / { name = $3 } /apiVersion: .policy/ { gsub(/[\x27,]/, ""); print name, $2 }' imports/*.ts
} | tee seen
diff expected seen && echo "as recorded"
