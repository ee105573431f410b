#!/usr/bin/env bash
# Expected: an expression written for a ValidatingAdmissionPolicy means the same when a test evaluates it in JavaScript. To the API server a
#           policy's `port: 5432` is an int, by its schema (Kubernetes documentation, "CEL in Kubernetes", type integration).
# Seen:     @marcbachmann/cel-js and @bufbuild/cel take every JSON number for a double. `port + 1` has no overload, and `type(port) == int`
#           is false, so that a rule which asks whether ports are numbers or names finds neither. Comparisons agree, so most tests pass.
# Met by:   whoever tests admission rules about ports and port ranges without a cluster.
# Version:  @marcbachmann/cel-js 8.0.0, @bufbuild/cel 0.6.1 (npm)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @marcbachmann/cel-js@8.0.0 @bufbuild/cel@0.6.1

cat >ask.mjs <<'JS'
import { evaluate } from "@marcbachmann/cel-js";
import { run } from "@bufbuild/cel";
const policy = JSON.parse(`{ "spec": { "ingress": [{ "ports": [{ "port": 8000, "endPort": 8010 }, { "port": "http" }] }] } }`);
const expressions = [
  "ports[0].port == 8000",
  "ports[0].port in [80, 8000]",
  "ports[0].port + 1 == 8001",
  "type(ports[0].port) == int",
  "ports.all(p, type(p.port) == int || type(p.port) == string)",
];
const answer = (ask) => {
  try {
    const value = ask();
    return typeof value === "boolean" ? String(value) : "error";
  } catch {
    return "error";
  }
};
for (const expression of expressions) {
  const ports = policy.spec.ingress[0].ports;
  const answers = [answer(() => evaluate(expression, { ports })), answer(() => run(expression, { ports }))];
  console.log(`${expression}: ${answers.join(", ")}`);
}
JS

cat >expected <<'TEXT'
ports[0].port == 8000: true, true
ports[0].port in [80, 8000]: true, true
ports[0].port + 1 == 8001: error, error
type(ports[0].port) == int: false, false
ports.all(p, type(p.port) == int || type(p.port) == string): false, false
TEXT
npm ls --depth 0 | grep cel
node ask.mjs | tee seen
diff expected seen && echo "as recorded"
