// Longer than most: one table of what the command is given, and what it says.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { applicationFromData, type DeclaredApplication } from "../../../flows";
import { type ImportFlags, run } from "../../../cli/import";
import { captured } from "../../captured";

const COMMAND = path.join(__dirname, "..", "..", "..", "bin", "palisade.js");
const FIXTURES = path.join(__dirname, "..", "..", "fixtures", "import");
const FINERACT = path.join(FIXTURES, "fineract.yaml");

const DNS = `
    - to:
        - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }
          podSelector: { matchLabels: { k8s-app: kube-dns } }
      ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]`;

const POLICY = (spec: string, name = "web") => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:${spec}
---`;

const WORKLOADS = ["web", "db"]
  .map(
    (name) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main }] }
---`,
  )
  .join("");

const DENY = POLICY("\n  podSelector: {}\n  policyTypes: [Ingress, Egress]", "deny");
const FROM_WEB = `
    - from: [{ podSelector: { matchLabels: { app: web } } }]
      ports: [{ port: 5432 }]`;
const TO_DB = `
    - to: [{ podSelector: { matchLabels: { app: db } } }]
      ports: [{ port: 5432 }]`;
const selecting = (app: string) => `\n  podSelector: { matchLabels: { app: ${app} } }`;

describe("palisade import: the command", function () {
  this.timeout(60_000);
  let folder = "";
  const at = (name: string) => path.join(folder, name);
  const importing = (names: readonly string[], flags: ImportFlags = {}) =>
    captured(() => run(names.map(at), { podCidr: ["10.42.0.0/16"], ...flags }));

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "palisade-import-"));
    const write = (name: string, text: string) => writeFileSync(at(name), text);
    write(
      "same.yaml",
      `${WORKLOADS}${DENY}${POLICY(`${selecting("db")}\n  policyTypes: [Ingress, Egress]\n  ingress:${FROM_WEB}\n  egress:${DNS}`, "db")}${POLICY(`${selecting("web")}\n  policyTypes: [Egress]\n  egress:${TO_DB}${DNS}`)}`,
    );
    write(
      "wider.yaml",
      `${WORKLOADS}${DENY}${POLICY(`${selecting("db")}\n  ingress:${FROM_WEB}`, "db")}${POLICY(`${selecting("web")}\n  policyTypes: [Egress]\n  egress:${TO_DB}`)}`,
    );
    write(
      "typo.yaml",
      POLICY(`${selecting("web")}\n  ingress:\n    - form: []`) +
        POLICY(`${selecting("web")}\n  policyTypes: [Ingres]`, "other"),
    );
    write("workloads.yaml", WORKLOADS);
    mkdirSync(at("folder"));
    write("folder/same.yaml", readFileSync(at("same.yaml"), "utf8"));
    write("folder/broken.yaml", "a: [");
    const block = "{ ipBlock: { cidr: 10.1.0.0/24 } }, { ipBlock: { cidr: 10.1.1.0/24 } }";
    write(
      "database.yaml",
      `${WORKLOADS}${DENY}${POLICY(`${selecting("web")}\n  policyTypes: [Egress]\n  egress:\n    # carts and orders\n    - to: [${block}]\n      ports: [{ port: 5432 }]${DNS}`)}`,
    );
    write(
      "aws.json",
      JSON.stringify({
        SecurityGroups: [
          {
            GroupId: "sg-1",
            GroupName: "db",
            IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
          },
        ],
        Subnets: [
          { SubnetId: "subnet-a", CidrBlock: "10.1.0.0/24" },
          { SubnetId: "subnet-b", CidrBlock: "10.1.1.0/24" },
        ],
        DBInstances: [
          {
            DBInstanceIdentifier: "orders",
            Engine: "postgres",
            Endpoint: { Port: 5432 },
            VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }],
            DBSubnetGroup: { Subnets: [{ SubnetIdentifier: "subnet-a" }, { SubnetIdentifier: "subnet-b" }] },
          },
        ],
      }),
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  it("prints the applications, what the config needs and the proof; 0 where nothing changes", async () => {
    const { code, stdout, stderr } = await importing(["same.yaml"]);
    assert.deepEqual(
      [code, stderr],
      [
        0,
        "warning: namespaces are referred to but not given; their only label is their name (2: shop, kube-system)\n",
      ],
    );
    assert.equal(
      stdout,
      `// shop.ts
import { application } from "../flows";

/**
 * Imported from the NetworkPolicies of namespace shop.
 * Write each reason that is still TODO and the owner: nothing is previewed before.
 */
export const shop = application("shop", {
  owner: "TODO",
  workloads: {
    db: { labels: { app: "db" }, ports: { postgresql: "tcp/5432" } },
    web: { labels: { app: "web" } },
  },
  flows: [{ from: "web", to: "db", ports: ["tcp/5432"], because: "TODO: why?", name: ["db", "web"] }],
});

For the cluster in Pulumi.<stack>.yaml:
  dns: { namespace: kube-system, pods: { k8s-app: kube-dns } }
  applications:
    shop:
      namespace: shop
      adopt: true
      stage: enforce # beside the policies that are there: observe would open what they close

To be written before the first preview:
  shop: application: owner "TODO" is still to be named. Name the team that answers for it.
  shop: flow web → db: reason "TODO: why?" is still to be written. Say in \`because\` why it is needed.

IDENTICAL  what would be deployed opens exactly what is open today
`,
    );
  });

  it("ends with 1 where something would be wider, and lists it: name resolution that is closed today", async () => {
    const { code, stdout } = await importing(["wider.yaml"]);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /\nWider: open if this is deployed, and closed today:\n {2}shop\/db\[Deployment\], shop\/web\[Deployment\] → kube-system\/\{k8s-app=kube-dns\}\[Pod\]: TCP 53; UDP 53\n\nWIDER {2}1 group of connections that are closed today would be opened\n$/,
    );
  });

  it("ends with 3 where it isn't known: pods whose addresses nothing tells, and what couldn't be read below a folder", async () => {
    const blocks = await importing(["database.yaml"], { podCidr: [] });
    assert.equal(blocks.code, 3);
    assert.match(blocks.stdout, /\nNot known:\n {2}shop\/web\[Deployment\] → .*: TCP 5432\n/);
    const unread = await importing(["folder"]);
    assert.equal(unread.code, 3);
    assert.match(
      unread.stdout,
      /Not known:\n {2}some of the input couldn't be read, and may hold policies: the warnings say what\n/,
    );
  });

  it("takes blocks that are a database's subnets for the database, by saved answers of AWS", async () => {
    const { code, stdout } = await importing(["database.yaml"], { aws: [at("aws.json")] });
    assert.equal(code, 0);
    assert.match(stdout, / {2}databases: \{ orders: \{ engine: "postgres" \} \},\n/);
    assert.match(
      stdout,
      /\{ from: "web", to: database\("orders"\), ports: \["tcp\/5432"\], because: "carts and orders", name: "web" \}/,
    );
    assert.match(stdout, / {6}databases:\n {8}orders: \{ subnetCidrs: \["10\.1\.0\.0\/23"\] \}\n/);
    assert.match(stdout, /IDENTICAL/);
  });

  it("proves by what the CNI that is named makes of both", async () => {
    const service = `
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec:
  clusterIP: 10.43.0.10
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, protocol: UDP }, { name: dns-tcp, port: 53 }]
`;
    writeFileSync(at("service.yaml"), readFileSync(at("same.yaml"), "utf8") + service);
    for (const cni of ["k3s", "calico", "cilium", "aws-vpc-cni"] as const) {
      const { code, stdout } = await importing(["service.yaml"], { cni });
      assert.deepEqual([cni, code, stdout.trim().split("\n").at(-1)?.split(" ")[0]], [cni, 0, "IDENTICAL"]);
    }
  });

  it("writes files with --out, and refuses to write over any", async () => {
    const out = at("applications");
    const first = await captured(() => run([FINERACT], { podCidr: ["10.42.0.0/16"], out }));
    assert.equal(first.code, 0);
    assert.deepEqual(readdirSync(out), ["fineract-dev.ts"]);
    const text = readFileSync(path.join(out, "fineract-dev.ts"), "utf8");
    assert.match(
      text,
      /^import \{ application, ingressController, internet \} from "pulumi-palisade\/flows";\n/,
    );
    const again = await captured(() => run([FINERACT], { podCidr: ["10.42.0.0/16"], out }));
    assert.deepEqual(
      [again.code, again.stdout, again.stderr],
      [
        2,
        "",
        `error: ${path.join(out, "fineract-dev.ts")}: is there already. Name another folder, or move the file away.\n`,
      ],
    );
    assert.equal(readFileSync(path.join(out, "fineract-dev.ts"), "utf8"), text);
  });

  it("--yaml writes applications as data, with the same answer as in TypeScript", async () => {
    const out = at("as-data");
    const flags = { podCidr: ["10.42.0.0/16"], out };
    const code = await captured(() => run([FINERACT], { ...flags, out: at("as-code") }));
    const data = await captured(() => run([FINERACT], { ...flags, yaml: true }));
    const answer = (text: string) => text.slice(text.indexOf("\n\n"));
    assert.deepEqual([data.code, answer(data.stdout)], [0, answer(code.stdout)]);
    assert.deepEqual(readdirSync(out), ["fineract-dev.yaml"]);
    const text = readFileSync(path.join(out, "fineract-dev.yaml"), "utf8");
    assert.match(
      text,
      /^# yaml-language-server: \$schema=\.\.\/node_modules\/pulumi-palisade\/application\.schema\.json\n/,
    );
    const again = await captured(() => run([FINERACT], { ...flags, yaml: true }));
    assert.deepEqual([again.code, again.stdout], [2, ""]);
    assert.match(again.stderr, /fineract-dev\.yaml: is there already\./);
  });

  it("--json is the plan as data, whose declarations are applications as data", async () => {
    const { code, stdout } = await captured(() => run([FINERACT], { podCidr: ["10.42.0.0/16"], json: true }));
    assert.equal(code, 0);
    const plan = JSON.parse(stdout) as Record<string, unknown> & {
      applications: { declaration: DeclaredApplication }[];
    };
    assert.deepEqual(Object.keys(plan), [
      "version",
      "verdict",
      "applications",
      "cluster",
      "kept",
      "leftOut",
      "unexpressed",
      "oneSided",
      "toWrite",
      "wider",
      "narrower",
      "unknown",
      "notCompared",
      "refused",
      "warnings",
    ]);
    assert.equal(plan["verdict"], "narrower");
    const [only] = plan.applications;
    assert.deepEqual(applicationFromData(only?.declaration), only?.declaration);
  });

  it("refuses bad input as a whole: each problem with its place, exit code 2, nothing on stdout", async () => {
    const rows: readonly (readonly [readonly string[], ImportFlags, RegExp])[] = [
      [
        ["typo.yaml"],
        {},
        /typo\.yaml:8: document 1: NetworkPolicy shop\/web: spec\.ingress\[0\]\.form: .*\nerror: .*other: spec\.policyTypes\[0\]: "Ingres" is neither Ingress nor Egress/,
      ],
      [
        ["workloads.yaml"],
        {},
        /workloads\.yaml: holds no NetworkPolicy, no ClientIntents and no UDS Package, so there is nothing to import/,
      ],
      [["absent.yaml"], {}, /absent\.yaml: no such file or folder/],
      [[], {}, /nothing to read\. Give files, folders, - or --context NAME/],
      [
        ["same.yaml"],
        { context: "prod" },
        /manifests and --context or --kubeconfig are given\. Give one of them/,
      ],
      [["same.yaml"], { podCidr: ["10.42.0.0"] }, /--pod-cidr: /],
      [["same.yaml"], { aws: [at("same.yaml")] }, /same\.yaml: isn't JSON/],
      [["same.yaml"], { out: at("same.yaml") }, /same\.yaml: E\w+: /],
    ];
    for (const [names, flags, message] of rows) {
      const { code, stdout, stderr } = await importing(names, flags);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, message);
    }
  });

  it("is a command, with help and examples", () => {
    const help = spawnSync(process.execPath, [COMMAND, "import", "--help"], { encoding: "utf8" });
    assert.equal(help.status, 0);
    assert.match(
      help.stdout,
      /Exit codes: 0 identical or narrower, 1 wider than today, 2 bad input, 3 not known/,
    );
    const piped = spawnSync(process.execPath, [COMMAND, "import", "-", "--pod-cidr", "10.42.0.0/16"], {
      encoding: "utf8",
      input: readFileSync(at("same.yaml"), "utf8"),
    });
    assert.deepEqual([piped.status, piped.stdout.includes("IDENTICAL")], [0, true]);
  });
});
