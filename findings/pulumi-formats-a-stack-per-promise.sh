#!/usr/bin/env bash
# Expected: the Node.js SDK takes stack traces of its promises where PULUMI_DEBUG_PROMISE_LEAKS asks for them: its message about leaked promises says to
#           re-run the program with that variable.
# Seen:     it makes and formats one for each promise of its own without the variable too, a dozen and more for every resource, and prints none of them.
# Met by:   programs of hundreds of resources, above all in TypeScript: ts-node's source maps translate each of these traces, which is a good part of what
#           the program computes before the engine is asked anything.
# Version:  @pulumi/pulumi 3.248.0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @pulumi/pulumi@3.248.0 >/dev/null
cat >program.js <<'JS'
const pulumi = require("@pulumi/pulumi");
pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });

let formatted = 0;
Error.prepareStackTrace = (error) => ((formatted += 1), String(error));
const made = (count) =>
  pulumi.runtime.runInPulumiStack(async () => {
    const all = Array.from({ length: count }, (_, i) => new pulumi.CustomResource("a:b:C", `${count}-${i}`, { size: i }));
    await Promise.all(all.map(({ urn }) => urn.promise()));
  });
(async () => {
  await made(1);
  const before = formatted;
  await made(101);
  console.log(`stack traces formatted for 100 more resources: ${formatted - before > 100 * 10 ? "more than 1000" : formatted - before}`);
})();
JS
unset PULUMI_DEBUG_PROMISE_LEAKS
echo "@pulumi/pulumi $(node -p 'require("@pulumi/pulumi/package.json").version')"
node program.js | tee seen
echo "stack traces formatted for 100 more resources: more than 1000" | diff - seen && echo "as recorded"
