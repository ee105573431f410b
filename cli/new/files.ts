// Tests: test/cli/new.test.ts
/** What a new project is made of; `version` is this command's, which its dependencies start from. */
export interface NewProject {
  readonly name: string;
  readonly version: string;
}

/** The files of a new project, by their path in it. Everything in them runs: test/packed makes such a project and tries it. */
export const projectFiles = ({ name, version }: NewProject): Readonly<Record<string, string>> => ({
  "package.json": `${JSON.stringify(manifest(name, version), undefined, 2)}\n`,
  "tsconfig.json": `${JSON.stringify(TSCONFIG, undefined, 2)}\n`,
  "Pulumi.yaml": `name: ${name}\nruntime: nodejs\ndescription: Who talks to whom, and nothing else\n`,
  "Pulumi.dev.yaml": stackFile("dev", "k3d-dev", "172.18.0"),
  "Pulumi.prod.yaml": stackFile("prod", "k3s-prod", "172.19.0"),
  "index.ts": INDEX,
  "applications/index.ts": applicationsIndex("shop"),
  "applications/shop.ts": applicationFile("shop"),
  "test/isolation.test.js": TEST,
  ".github/workflows/isolation.yml": WORKFLOW,
  ".gitignore": "node_modules/\n.pulumi/\n",
  "README.md": readme(name),
});

/** A new application: two workloads and the flows that they start with. */
export const applicationFile = (
  name: string,
): string => `import { application, internet } from "pulumi-palisade/flows";

/** Every flow has its reason; what no flow says is blocked. */
export const ${identifier(name)} = application("${name}", {
  owner: "${name}-team",
  workloads: {
    web: { labels: { app: "web" }, ports: { http: "tcp/8080" } },
    api: { labels: { app: "api" }, ports: { http: "tcp/8000" } },
  },
  flows: [
    { from: "web", to: "api", ports: ["tcp/8000"], because: "pages are made of what the API says" },
    { from: "api", to: internet(), ports: ["tcp/443"], because: "the payment provider" },
  ],
});
`;

/** "orders-api" → "ordersApi": what its file exports. */
export const identifier = (name: string): string =>
  name.replaceAll(/-+(.)/g, (_, letter: string) => letter.toUpperCase());

const applicationsIndex = (name: string): string => `import { ${identifier(name)} } from "./${name}";

/** Every application that a stack may place on its clusters. */
export const applications = [${identifier(name)}];
`;

const INDEX = `import { stackProgram } from "pulumi-palisade";
import { applications } from "./applications";

export = stackProgram(applications);
`;

const manifest = (name: string, version: string): object => ({
  name,
  private: true,
  main: "index.ts",
  scripts: {
    preview: "palisade preview --stack dev --fail-on unknown",
    "preview:prod": "palisade preview --stack prod --fail-on unknown",
    test: "node --test",
  },
  dependencies: {
    "@pulumi/kubernetes": "^4.34.2",
    "@pulumi/pulumi": "^3.248.0",
    "pulumi-palisade": `^${version}`,
  },
  devDependencies: {
    "@types/node": "^20.19.0",
    "palisade-policypack": `^${version}`,
    typescript: "^5.9.3",
  },
});

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    target: "es2022",
    module: "node16",
    moduleResolution: "node16",
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
  },
  files: ["index.ts"],
};

const stackFile = (
  environment: string,
  context: string,
  nodes: string,
): string => `# yaml-language-server: $schema=node_modules/pulumi-palisade/stack.schema.json
config:
  palisade:environment: ${environment}
  palisade:clusters:
    - name: ${context}
      # Of the kubeconfig: kubectl config get-contexts
      context: ${context}
      # k3s, calico, cilium, aws-vpc-cni or azure
      cni: k3s
      # The cluster's own ranges: k3s's defaults, and the network of its nodes. Write your cluster's.
      podCidrs: [10.42.0.0/16]
      serviceCidrs: [10.43.0.0/16]
      nodeCidrs: [${nodes}.0/24]
      dns: { serviceAddresses: [10.43.0.10] }
      apiServer:
        # kubectl get endpoints kubernetes
        endpoints: [{ cidr: ${nodes}.2/32, port: 6443 }]
        serviceAddresses: [10.43.0.1]
      applications:
        # off, observe or enforce
        shop: { stage: enforce }
`;

const TEST = `const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const path = require("node:path");
const { test } = require("node:test");

const command = path.join(path.dirname(require.resolve("pulumi-palisade/package.json")), "bin", "palisade.js");
const palisade = (...args) =>
  execFileSync(process.execPath, [command, ...args], { cwd: path.join(__dirname, ".."), encoding: "utf8" });

for (const stack of ["dev", "prod"]) {
  // Exit codes other than 0 throw: a violation, an unknown, or something open that isn't declared.
  test(\`\${stack}: exactly what is declared is open\`, () => {
    palisade("preview", "--stack", stack, "--fail-on", "unknown");
  });

  test(\`\${stack}: only web reaches the API\`, () => {
    const rows = palisade("reach", "--stack", stack, "--to", "shop/api", "--port", "tcp/8000", "--format", "csv");
    const from = rows.trim().split("\\n").slice(1).map((row) => row.split(",")[0]);
    assert.deepEqual([...new Set(from)], ["shop/{app=web}[Pod]"]);
  });
}
`;

const WORKFLOW = `# Needs no cloud and no cluster: forks run it too.
name: isolation
on: [pull_request, push]
permissions: { contents: read }
jobs:
  isolation:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 22, cache: npm }
      - run: npm ci
      - run: npx tsc
      - run: npm test
`;

const readme = (name: string): string => `# ${name}

    npm install
    npm run preview   # what the dev stack makes, and whether exactly the declared flows are open
    npm test          # the same for every stack, and what you expect of it

\`applications/\` says who talks to whom, and why. \`Pulumi.<stack>.yaml\` says where: write your clusters' addresses there. \`pulumi up --stack dev\`
applies it; \`npx palisade drift --stack dev\` then compares the cluster with the plan. \`npx palisade new application NAME\` adds an
application.
`;
