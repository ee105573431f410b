#!/usr/bin/env bash
# Expected: a NetworkPolicy read from YAML as plain data and given to @kubernetes/client-node reaches the API server as it was read.
# Seen:     its typed API and dumpYaml write only what its own classes name. They call the field `_from`, so `from` disappears, without
#           an error, from the request too: "from web" becomes "from everyone". loadYaml renames it first, except inside a `kind: List`.
# Met by:   whoever reads policies with a YAML library, a template or `kubectl get -o json` and sends them with this client.
# Version:  @kubernetes/client-node 1.4.0 (npm), js-yaml 4.1.1
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts @kubernetes/client-node@1.4.0 js-yaml@4.1.1

cat >policy.yaml <<'YAML'
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: data }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ protocol: TCP, port: 5432 }]
YAML

cat >run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { KubeConfig, NetworkingV1Api, dumpYaml, loadYaml } from "@kubernetes/client-node";
import yaml from "js-yaml";

const text = readFileSync("policy.yaml", "utf8");
const ingress = (policy) => JSON.stringify(policy.spec.ingress);

const bodies = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  bodies.push(JSON.parse(body));
  response.setHeader("content-type", "application/json").end(body);
}).listen(0, "127.0.0.1");
await new Promise((done) => server.once("listening", done));

const config = new KubeConfig();
config.loadFromOptions({
  clusters: [{ name: "c", server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true }],
  users: [{ name: "u" }],
  contexts: [{ name: "x", cluster: "c", user: "u" }],
  currentContext: "x",
});
await config.makeApiClient(NetworkingV1Api).createNamespacedNetworkPolicy({ namespace: "data", body: yaml.load(text) });
server.close();

const list = loadYaml(`apiVersion: v1\nkind: List\nitems:\n- ${text.trim().replaceAll("\n", "\n  ")}\n`);
console.log("in the file:             ", ingress(yaml.load(text)));
console.log("sent to the API server:  ", ingress(bodies[0]));
console.log("dumpYaml, read by js-yaml:", ingress(yaml.load(dumpYaml(yaml.load(text)))));
console.log("dumpYaml, read by loadYaml:", ingress(yaml.load(dumpYaml(loadYaml(text)))));
console.log("fields after loadYaml:   ", Object.keys(loadYaml(text).spec.ingress[0]).sort().join(" "));
console.log("the same in a List:      ", Object.keys(list.items[0].spec.ingress[0]).sort().join(" "));
JS

cat >expected <<'TEXT'
in the file:              [{"from":[{"podSelector":{"matchLabels":{"app":"web"}}}],"ports":[{"protocol":"TCP","port":5432}]}]
sent to the API server:   [{"ports":[{"port":5432,"protocol":"TCP"}]}]
dumpYaml, read by js-yaml: [{"ports":[{"port":5432,"protocol":"TCP"}]}]
dumpYaml, read by loadYaml: [{"from":[{"podSelector":{"matchLabels":{"app":"web"}}}],"ports":[{"port":5432,"protocol":"TCP"}]}]
fields after loadYaml:    _from ports
the same in a List:       from ports
TEXT
echo "@kubernetes/client-node $(node -p 'require("./node_modules/@kubernetes/client-node/package.json").version')"
node run.mjs 2>/dev/null | tee seen
diff expected seen && echo "as recorded"
