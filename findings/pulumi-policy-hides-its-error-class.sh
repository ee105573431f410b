#!/usr/bin/env bash
# Expected: `UnknownValueError`, which @pulumi/policy exports for packs that meet an unknown value, is a typed class, and a pack compiles
#           whether or not the compiler also checks declarations.
# Seen:     index.d.ts exports it from proxy.d.ts, which declares nothing (`export {}`). With `skipLibCheck: false` no pack compiles. With
#           `skipLibCheck: true` the class is silently `any`: any arguments and members pass, and `instanceof` narrows nothing. At run time
#           it is there.
# Met by:   authors of policy packs that tell an unknown value from a mistake, and whose tsconfig checks libraries or trusts types.
# Version:  @pulumi/policy 1.21.0, @pulumi/pulumi 3.248.0, typescript 5.9.3 (npm)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts \
  @pulumi/policy@1.21.0 @pulumi/pulumi@3.248.0 typescript@5.9.3 @types/node@20.19.0

cat >pack.ts <<'TS'
import { PolicyPack } from "@pulumi/policy";
new PolicyPack("pack", { policies: [] });
TS
cat >catches.ts <<'TS'
import { UnknownValueError } from "@pulumi/policy";
export const untyped: number = new UnknownValueError(1, 2, 3).noSuchMember;
export const pathOf = (e: unknown) => (e instanceof UnknownValueError ? e.message : "");
TS

check() {
  local errors
  errors=$(node_modules/.bin/tsc --noEmit --strict --target es2022 --module node16 --skipLibCheck "$1" "$2" || true)
  echo "${errors:-no error}" | sed 's/^\(.*\)([0-9,]*): error /\1: /'
}
cat >expected <<'TEXT'
a pack, libraries checked:
node_modules/@pulumi/policy/index.d.ts: TS2305: Module '"./proxy"' has no exported member 'unknownCheckingProxy'.
node_modules/@pulumi/policy/index.d.ts: TS2305: Module '"./proxy"' has no exported member 'UnknownValueError'.
a pack, libraries not checked:
no error
the class, libraries not checked:
catches.ts: TS18046: 'e' is of type 'unknown'.
at run time: function
TEXT
echo "@pulumi/policy $(node -p 'require("@pulumi/policy/package.json").version')"
{
  echo "a pack, libraries checked:"
  check false pack.ts
  echo "a pack, libraries not checked:"
  check true pack.ts
  echo "the class, libraries not checked:"
  check true catches.ts
  echo "at run time: $(node -p 'typeof require("@pulumi/policy").UnknownValueError')"
} | tee seen
diff expected seen && echo "as recorded"
