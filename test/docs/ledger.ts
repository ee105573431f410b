/**
 * What runs a command that pages show, where this folder's test doesn't: a file in which its words stand, with every option of the command there or in
 * the files `with` which it runs; or why nothing can.
 */
export type Elsewhere =
  | { readonly in: string; readonly words: string; readonly with?: readonly string[] }
  | { readonly bench: true }
  | { readonly nothing: string };

/** Runs of the bench: its own reader of command lines takes the options, and the suites are there. */
const BENCH: Elsewhere = { bench: true };

const ci = (words: string): Elsewhere => ({ in: ".ci/run", words });
const packed = (words: string, file = "program"): Elsewhere => ({
  in: `test/packed/${file}.packed.ts`,
  words,
});
const suite = (name: string, words: string): Elsewhere => ({ in: `test/e2e/suites/${name}.suite.ts`, words });

/** The suite says what to ask; how the command is called stands beside it. */
const VERIFY: Elsewhere = {
  in: "test/e2e/suites/verify.suite.ts",
  words: 'command.palisade("verify"',
  with: ["test/e2e/systems/live.ts"],
};

/** Commands that need what a test on any machine doesn't have: an installed package, Pulumi's engine, a cluster, an account, an hour. */
export const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  "npm ci": ci("npm ci"),
  "npm test": ci("npm test"),
  "npm run preview": ci("npm run --silent preview"),
  "bash .ci/run": { nothing: "it is what CI runs" },
  "npm ci && npm run preview": ci("npm run --silent preview"),
  "npm ci && npm test": ci("npm test"),
  "npm run record:prefix-list -- us-east-1": { nothing: "an AWS account lists its prefix lists" },
  "npm run e2e": ci("npm run --silent e2e"),
  "npm run e2e -- --only enforcement": BENCH,
  "npm run e2e -- --only enforcement,groups": BENCH,
  "npm run e2e -- --only vpccni": BENCH,
  "npm run e2e -- --only cilium": BENCH,
  "npm run e2e -- --only ciliumWorlds": BENCH,
  'npm run e2e -- --only "fineract-write"': BENCH,
  "npm run e2e -- --only worlds --seed 7 --worlds 500": BENCH,
  "npm run e2e -- --only opinions": BENCH,
  "npm run e2e -- --keep": { nothing: "it waits for who looks around" },
  "npm run e2e -- --prepare": BENCH,
  "palisade drift --stack prod": { ...VERIFY, words: 'command.palisade("drift"' },
  "palisade drift --stack prod --rendered deploy": {
    nothing:
      "it compares running clusters with a folder: test/cli/gitops reads the folder, the bench the clusters",
  },
  "npm install pulumi-palisade @pulumi/pulumi @pulumi/kubernetes @pulumi/aws": packed("made.palisade"),
  "npm install pulumi-palisade @pulumi/pulumi @pulumi/kubernetes": packed("made.palisade"),
  "npm install --save-dev pulumi-palisade": packed('"--save-dev", made.palisade', "command"),
  "npm install --save-dev palisade-policypack": packed('"--save-dev", made.policyPack'),
  'export PATH="$PWD/node_modules/.bin:$PATH"': packed("launcher on PATH"),
  "palisade import --context k3d-jewelry-dev --stack dev --cluster k3d-dev --resources import.json": suite(
    "current",
    '"--resources"',
  ),
  "pulumi import --stack dev --file import.json --protect=false --generate-code=false": suite(
    "current",
    '"--generate-code=false"',
  ),
  "pulumi up --stack dev": suite("current", "engine.up("),
  "npm run bench:observe": { nothing: "half a gigabyte of flow logs, read with a stopwatch" },
  "OBSERVE_GB=5 OBSERVE_PYTHON=venv/bin/python npm run bench:observe": {
    nothing: "five gigabytes, beside DuckDB",
  },
  "pulumi preview --policy-pack policypack --policy-pack-config policies.json": suite(
    "state",
    '"--policy-pack-config"',
  ),
  "pulumi policy analyze --stack prod --policy-pack policypack --policy-pack-config policies.json": {
    in: "test/e2e/engine/current.ts",
    words: "analyze",
    with: ["test/e2e/suites/state.suite.ts"],
  },
  "pulumi preview --policy-pack node_modules/palisade-policypack": suite("languages", '"--policy-pack"'),
  "pulumi preview --policy-pack node_modules/palisade-policypack --policy-pack-config policies.json": suite(
    "state",
    '"--policy-pack-config"',
  ),
  "pulumi cancel --stack NAME": { in: "test/e2e/engine/crash.ts", words: '"cancel"' },
  "pulumi refresh --stack NAME --clear-pending-creates": {
    in: "test/e2e/engine/crash.ts",
    words: "--clear-pending-creates",
  },
  "PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up --stack NAME": {
    in: "test/e2e/engine/crash.ts",
    words: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
  },
  "palisade verify --stack dev": VERIFY,
  "palisade verify --stack prod --cluster k3s-prod --application jewelry-shop": VERIFY,
  "palisade verify --stack dev --cluster eks-dev --address database/fineract=db.example.internal": VERIFY,
  "bash findings/NAME.sh": { nothing: "each installs other people's packages from registries, and says so" },
  "npx palisade reach k8s/": packed("README_COMMANDS", "command"),
  "npx palisade explain web database 5432 k8s/": packed("README_COMMANDS", "command"),
  "npx palisade check k8s/": packed("README_COMMANDS", "command"),
  "npx palisade diff git:main:k8s k8s/": packed("README_COMMANDS", "command"),
  "npx --package pulumi-palisade palisade new isolation": packed(
    '"--package", made.palisade, "palisade", "new", "isolation"',
  ),
};
