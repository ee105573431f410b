#!/usr/bin/env bash
# Expected: adding kubernetes-fluent-client to a project leaves @kubernetes/client-node as it was, its type checks included.
# Seen:     its import adds `from` to client-node's own V1NetworkPolicyIngressRule, in every file of the program. The compile error that
#           points to `_from` is gone, and client-node still drops `from` as it writes: a rule for one namespace's pods becomes `- {}`,
#           which admits everyone. The other way round, `_from` is accepted for Apply, and goes to the API server with its underscore.
# Met by:   Pepr modules and other programs that use both clients for policies.
# Version:  kubernetes-fluent-client 3.10.11, @kubernetes/client-node 1.4.0, typescript 6.0.3 (npm)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  kubernetes-fluent-client@3.10.11 @kubernetes/client-node@1.4.0 typescript@6.0.3

cat >alone.mts <<'TS'
import { dumpYaml, type V1NetworkPolicy } from "@kubernetes/client-node";
const policy: V1NetworkPolicy = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] },
};
console.log(dumpYaml(policy));
TS
{
  echo 'import "kubernetes-fluent-client";'
  cat alone.mts
} >together.mts

cat >apply.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { K8s, kind } from "kubernetes-fluent-client";

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  console.log("Apply sends:       ", JSON.stringify(JSON.parse(body).spec.ingress));
  response.setHeader("content-type", "application/json").end(body);
}).listen(0, "127.0.0.1");
await new Promise((done) => server.once("listening", done));
const cluster = { server: `http://127.0.0.1:${server.address().port}`, "insecure-skip-tls-verify": true };
writeFileSync(
  "kubeconfig",
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "x",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
  }),
);
process.env.KUBECONFIG = "kubeconfig";
await K8s(kind.NetworkPolicy).Apply({
  metadata: { name: "db", namespace: "data" },
  spec: { podSelector: {}, ingress: [{ _from: [{ podSelector: {} }] }] },
});
process.exit(0);
JS

check() {
  local errors
  errors=$(node_modules/.bin/tsc --strict --skipLibCheck --module nodenext "$1" || true)
  echo "${errors:-no error}" | sed 's/^.*: error /error /'
}
cat >expected <<'TEXT'
client-node alone:  error TS2561: Object literal may only specify known properties, but 'from' does not exist in type 'V1NetworkPolicyIngressRule'. Did you mean to write '_from'?
both imported:      no error
dumpYaml writes:    apiVersion: networking.k8s.io/v1 kind: NetworkPolicy spec: ingress: - {} podSelector: {}
Apply sends:        [{"_from":[{"podSelector":{}}]}]
TEXT
echo "kubernetes-fluent-client $(node -p 'require("./node_modules/kubernetes-fluent-client/package.json").version')"
{
  echo "client-node alone:  $(check alone.mts)"
  echo "both imported:      $(check together.mts)"
  echo "dumpYaml writes:    $(node together.mjs 2>/dev/null | xargs)"
  node apply.mjs 2>/dev/null
} | tee seen
diff expected seen && echo "as recorded"
