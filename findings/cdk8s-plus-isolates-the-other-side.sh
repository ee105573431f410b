#!/usr/bin/env bash
# Expected: `db.connections.allowFrom(prometheus)` lets Prometheus, of another team's namespace, in to the database.
# Seen:     it also writes a policy into that namespace which makes the Prometheus pods egress-isolated: what they could reach until then
#           (all other targets, DNS) is cut. Where the chart names no namespace, as by default, that policy's peer has no
#           namespaceSelector either, so it means pods of the monitoring namespace and even the database itself stays out of reach.
# Met by:   cdk8s users who open one port to a shared service such as Prometheus or an ingress controller.
# Version:  cdk8s-plus-33 2.5.57, cdk8s 2.70.106 (npm)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts cdk8s-plus-33@2.5.57 cdk8s@2.70.106 constructs@10.4.2

cat >run.js <<'JS'
const { App, Chart, Testing } = require("cdk8s");
const kplus = require("cdk8s-plus-33");

for (const namespace of ["data", undefined]) {
  const chart = new Chart(new App(), "chart", { namespace });
  const db = new kplus.Deployment(chart, "db", { containers: [{ image: "postgres", portNumber: 5432 }] });
  const monitoring = kplus.Namespaces.select(chart, "monitoring", { names: ["monitoring"] });
  const labels = { app: "prometheus" };
  db.connections.allowFrom(kplus.Pods.select(chart, "prometheus", { labels, namespaces: monitoring }));

  const [foreign] = Testing.synth(chart).filter((o) => o.kind === "NetworkPolicy" && o.metadata.namespace === "monitoring");
  const [rule] = foreign.spec.egress;
  console.log(`chart's namespace: ${namespace ?? "none"}`);
  console.log("  policy in monitoring:", foreign.spec.policyTypes.join(), "of", JSON.stringify(foreign.spec.podSelector.matchLabels));
  console.log("  all that it may reach:", foreign.spec.egress.length, "rule,", JSON.stringify(rule.ports));
  console.log("  in namespaces:", JSON.stringify(rule.to[0].namespaceSelector?.matchLabels ?? "its own"));
}
JS

cat >expected <<'TEXT'
chart's namespace: data
  policy in monitoring: Egress of {"app":"prometheus"}
  all that it may reach: 1 rule, [{"port":5432,"protocol":"TCP"}]
  in namespaces: {"kubernetes.io/metadata.name":"data"}
chart's namespace: none
  policy in monitoring: Egress of {"app":"prometheus"}
  all that it may reach: 1 rule, [{"port":5432,"protocol":"TCP"}]
  in namespaces: "its own"
TEXT
echo "cdk8s-plus-33 $(node -p 'require("./node_modules/cdk8s-plus-33/package.json").version')"
node run.js | tee seen
diff expected seen && echo "as recorded"
