#!/usr/bin/env bash
# Expected: in CEL `true || x` is true and `false && x` is false whatever becomes of x, errors included (language definition, "Logical
#           Operators"). Rules about optional fields are written that way: `!has(r.ports) || r.ports.all(…)`.
# Seen:     cel-js looks at the right side of `||` too and fails on the field that the left side has just found missing; of `&&` it does not.
#           The ternary, which means the same, works. So does the short form in two other evaluators.
# Met by:   whoever runs expressions of admission rules in a browser or a test by the package that has CEL's name.
# Version:  cel-js 0.8.2; beside it @marcbachmann/cel-js 8.0.0 and @bufbuild/cel 0.6.1 (npm)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund cel-js@0.8.2 @marcbachmann/cel-js@8.0.0 @bufbuild/cel@0.6.1

cat >ask.mjs <<'JS'
import { evaluate as celJs } from "cel-js";
import { evaluate } from "@marcbachmann/cel-js";
import { run } from "@bufbuild/cel";
const rule = JSON.parse(`{ "from": [{ "podSelector": {} }] }`);
const expressions = [
  "has(rule.ports)",
  "!has(rule.ports) || rule.ports.all(p, has(p.port))",
  "has(rule.ports) && rule.ports.all(p, has(p.port))",
  "has(rule.ports) ? rule.ports.all(p, has(p.port)) : true",
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
  const answers = [celJs, evaluate, run].map((ask) => answer(() => ask(expression, { rule })));
  console.log(`${expression}: ${answers.join(", ")}`);
}
JS

cat >expected <<'TEXT'
has(rule.ports): false, false, false
!has(rule.ports) || rule.ports.all(p, has(p.port)): error, true, true
has(rule.ports) && rule.ports.all(p, has(p.port)): false, false, false
has(rule.ports) ? rule.ports.all(p, has(p.port)) : true: true, true, true
TEXT
npm ls --depth 0 | grep cel
node ask.mjs | tee seen
diff expected seen && echo "as recorded"
