/** What runs a command that pages show, where this folder's test doesn't: a file in which its words stand, or why nothing can. */
export type Elsewhere = { readonly in: string; readonly words: string } | { readonly nothing: string };

const ci = (words: string): Elsewhere => ({ in: ".ci/run", words });
const packed = (words: string, file = "program"): Elsewhere => ({
  in: `test/packed/${file}.packed.ts`,
  words,
});
const suite = (name: string, words: string): Elsewhere => ({ in: `test/e2e/suites/${name}.suite.ts`, words });

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
  "npm run e2e -- --only enforcement": suite("enforcement", "describe("),
  "npm run e2e -- --only enforcement,groups": suite("groups", "describe("),
  "npm run e2e -- --only vpccni": suite("vpccni", "describe("),
  "npm run e2e -- --only cilium": suite("cilium", "describe("),
  "npm run e2e -- --only ciliumWorlds": suite("ciliumWorlds", "describe("),
  'npm run e2e -- --only "fineract-write"': { in: "test/realParts/selection.test.ts", words: "title" },
  "npm run e2e -- --only worlds --seed 7 --worlds 500": suite("worlds", "describe("),
  "npm run e2e -- --only opinions": suite("opinions", "describe("),
  "npm run e2e -- --keep": { nothing: "it waits for who looks around" },
  "npm run e2e -- --prepare": { in: "test/e2e/main.ts", words: "prepare" },
  "palisade drift --stack prod --rendered deploy": {
    in: "test/cli/gitops/command.test.ts",
    words: "renderedObjects(",
  },
  // Examples of help texts, each of which test/cli/helpExamples.test.ts runs.
  "palisade report --stack prod": { in: "cli/reachCommands.ts", words: '"palisade report --stack prod",' },
  "palisade report --stack prod --diff main --svg change.svg": {
    in: "cli/reachCommands.ts",
    words: '"palisade report --stack prod --diff main --svg change.svg",',
  },
  "npx palisade report --stack prod": {
    in: "cli/reachCommands.ts",
    words: '"palisade report --stack prod",',
  },
  "palisade preview": ci("npm run --silent preview"),
  "npx palisade preview --stack prod": ci("preview $stack"),
  "npx palisade reach --context prod": { in: "test/cli/live.test.ts", words: "--context" },
  "npx palisade observe flowlogs/ --stack prod": { in: "test/cli/observe/command.test.ts", words: "AWSLogs" },
  "palisade drift --stack prod": suite("verify", "drift"),
  "npm install pulumi-palisade @pulumi/pulumi @pulumi/kubernetes @pulumi/aws": packed("made.palisade"),
  "npm install pulumi-palisade @pulumi/pulumi @pulumi/kubernetes": packed("made.palisade"),
  "npm install --save-dev pulumi-palisade": packed("made.palisade", "command"),
  "npm install --save-dev palisade-policypack": packed("made.policyPack"),
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
  "palisade import --context prod --json > import.json": {
    in: "test/cli/import/cluster.test.ts",
    words: "context",
  },
  "palisade observe AWSLogs/ --stack prod --pods pods.json@2026-01-31T12:00:00Z": {
    in: "test/cli/observe/command.test.ts",
    words: "@2026-01-02T00:00:00Z",
  },
  "hubble observe --output json --last 10000 | palisade observe - --stack dev --cluster k3d-dev": {
    in: "test/cli/observe/command.test.ts",
    words: "flow",
  },
  "palisade observe hubble.jsonl.gz --format sarif > observed.sarif": {
    in: "test/cli/observe/command.test.ts",
    words: "sarif",
  },
  "npm run bench:observe": { nothing: "half a gigabyte of flow logs, read with a stopwatch" },
  "OBSERVE_GB=5 OBSERVE_PYTHON=venv/bin/python npm run bench:observe": {
    nothing: "five gigabytes, beside DuckDB",
  },
  "pulumi preview --policy-pack policypack --policy-pack-config policies.json": suite(
    "engine",
    "--policy-pack",
  ),
  "pulumi policy analyze --stack prod --policy-pack policypack --policy-pack-config policies.json": {
    in: "test/e2e/engine/current.ts",
    words: "analyze",
  },
  "pulumi preview --policy-pack node_modules/palisade-policypack": suite("current", "packed policy pack"),
  "pulumi preview --policy-pack node_modules/palisade-policypack --policy-pack-config policies.json": suite(
    "engine",
    "--policy-pack",
  ),
  "palisade reach --context prod": { in: "test/cli/live.test.ts", words: "--context" },
  "pulumi cancel --stack NAME": { in: "test/e2e/engine/crash.ts", words: '"cancel"' },
  "pulumi refresh --stack NAME --clear-pending-creates": {
    in: "test/e2e/engine/crash.ts",
    words: "--clear-pending-creates",
  },
  "PULUMI_K8S_UPSERT_EXISTING_OBJECTS=true pulumi up --stack NAME": {
    in: "test/e2e/engine/crash.ts",
    words: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
  },
  "palisade verify --stack dev": suite("verify", "verify"),
  "palisade verify --stack prod --cluster k3s-prod --application jewelry-shop": suite("verify", "verify"),
  "palisade verify --stack dev --cluster eks-dev --address database/fineract=db.example.internal": suite(
    "verify",
    "verify",
  ),
  "bash findings/NAME.sh": { nothing: "each installs other people's packages from registries, and says so" },
  "npx palisade reach k8s/": packed("README_COMMANDS", "command"),
  "npx palisade explain web database 5432 k8s/": packed("README_COMMANDS", "command"),
  "npx palisade check k8s/": packed("README_COMMANDS", "command"),
  "npx palisade diff git:main:k8s k8s/": packed("README_COMMANDS", "command"),
  "npx --package pulumi-palisade palisade new isolation": packed('"new", "isolation"'),
  "npx palisade preview --stack dev": packed('"preview", "--policy-pack"'),
};
