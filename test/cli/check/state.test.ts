// Longer than most: every mistake in a state, a test each.
import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type CheckFlags, run } from "../../../cli/check";
import { SIGNATURE, SIGNATURES } from "../../../data";
import { captured } from "../../captured";
import { COMPLIANT } from "./support";

const urn = (type: string, name: string) => `urn:pulumi:prod::shop::${type}::${name}`;
const CLUSTER = urn("pulumi:providers:kubernetes", "cluster");

/** A resource as a state has it; outputs are the inputs unless they are given. */
function resource(type: string, name: string, inputs: object, more: object = {}): object {
  return { urn: urn(type, name), custom: true, id: name, type, inputs, outputs: inputs, ...more };
}

const objectIn = (type: string, name: string, fields: object, more: object = {}) =>
  resource(
    `kubernetes:${type}`,
    name,
    { metadata: { name, namespace: "shop" }, ...fields },
    { provider: `${CLUSTER}::3c7d7a0e`, ...more },
  );

const LABELS = {
  "palisade.dev/owner": "team-shop",
  "palisade.dev/environment": "prod",
  "app.kubernetes.io/part-of": "shop",
  "pod-security.kubernetes.io/enforce": "restricted",
};
const secret = (parts: object) => ({ [SIGNATURE]: SIGNATURES.secret, ...parts });

const CLEAN: readonly object[] = [
  { urn: urn("pulumi:pulumi:Stack", "shop-prod"), custom: false, type: "pulumi:pulumi:Stack" },
  {
    urn: CLUSTER,
    custom: true,
    id: "3c7d7a0e",
    type: "pulumi:providers:kubernetes",
    inputs: { kubeconfig: secret({ ciphertext: "v1:AAAA:BBBB" }) },
  },
  objectIn("core/v1:Namespace", "shop", { metadata: { name: "shop", labels: LABELS } }),
  objectIn("networking.k8s.io/v1:NetworkPolicy", "isolation", {
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  }),
  resource("aws:ec2/vpc:Vpc", "net", { cidrBlock: "10.0.0.0/16" }),
];

const hostNetwork = (more: object = {}) =>
  objectIn("apps/v1:DaemonSet", "agent", { spec: { template: { spec: { hostNetwork: true } } } }, more);
const bucketPolicy = (policy: unknown, more: object = {}) =>
  resource("aws:s3/bucketPolicy:BucketPolicy", "site", { bucket: "site", policy }, more);
const PUBLIC = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::site/*" }],
});

const exported = (resources: readonly unknown[], more: object = {}) => ({
  version: 3,
  deployment: {
    manifest: { time: "2026-11-22T12:00:00Z", magic: "x", version: "v3.258.0" },
    resources,
    ...more,
  },
});
const checkpoint = (resources: readonly unknown[]) => ({
  version: 3,
  checkpoint: { stack: "organization/shop/prod", latest: { manifest: {}, resources } },
});

describe("palisade check: a stack's state", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "palisade-state-"))));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Checks files of a folder of their own; strings are written as they are, all else as JSON. */
  async function check(
    files: Readonly<Record<string, unknown>>,
    flags: CheckFlags = {},
    names: readonly string[] = Object.keys(files),
  ) {
    const home = process.cwd();
    const here = mkdtempSync(path.join(folder, "case-"));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(here, name)), { recursive: true });
      writeFileSync(
        path.join(here, name),
        typeof content === "string" ? content : JSON.stringify(content, null, 2),
      );
    }
    process.chdir(here);
    try {
      return await captured(() => run(names, flags));
    } finally {
      process.chdir(home);
    }
  }
  const state = (resources: readonly unknown[], more: object = {}) =>
    check({ "prod.json": exported(resources, more) });
  const lastLine = (stdout: string) => stdout.trimEnd().split("\n").at(-1);

  it("is clean where nothing is violated, and says what of it no policy judges", async () => {
    const { code, stdout, stderr } = await state(CLEAN);
    assert.deepEqual(
      [code, stdout, stderr],
      [0, "CLEAN  2 objects of 1 file judged, 1 skipped (1 aws:ec2/vpc:Vpc)\n", ""],
    );
  });

  it("is judged in both shapes: an export, and a backend's checkpoint; with the line and the resource", async () => {
    for (const shape of [exported, checkpoint]) {
      const file = shape([...CLEAN, hostNetwork(), bucketPolicy(PUBLIC)]);
      const { code, stdout } = await check({ "prod.json": file }, { json: true });
      const { findings } = JSON.parse(stdout) as {
        findings: { level: string; policy: string; kind: string; name: string; line: number }[];
      };
      const mandatory = findings.filter(({ level }) => level === "mandatory");
      assert.deepEqual(
        [...new Set(mandatory.map(({ policy, kind, name }) => `${policy} ${kind} ${name}`))].sort(),
        [
          "s3-tls-and-endpoint-only aws:s3/bucketPolicy:BucketPolicy site",
          "workload-no-host-network kubernetes:apps/v1:DaemonSet agent",
        ],
      );
      const lines = JSON.stringify(file, null, 2).split("\n");
      const at = mandatory.find(({ policy }) => policy === "workload-no-host-network")?.line ?? 0;
      assert.match(lines[at - 1] ?? "", /"hostNetwork": true/);
      assert.equal(code, 1);
    }
  });

  it("shows each resource by its inputs and all together by their outputs, as the engine does", async () => {
    const other = { outputs: { metadata: { name: "agent", namespace: "elsewhere" }, spec: {} } };
    const { stdout } = await state([...CLEAN, hostNetwork(other)]);
    assert.match(stdout, /DaemonSet shop\/agent .*runs its pods in the node's network/);
    assert.match(stdout, /Namespace elsewhere .*doesn't deny/);
  });

  it("what is encrypted is unknown, never a pass; with --show-secrets it is judged", async () => {
    const hidden = await state([...CLEAN, bucketPolicy(secret({ ciphertext: "v1:AAAA:BBBB" }))]);
    assert.equal(hidden.code, 0);
    assert.match(lastLine(hidden.stdout) ?? "", /^UNDECIDED/);
    assert.match(
      hidden.stderr,
      /^warning: secrets are encrypted in the state, so they are unknown \(in 1 resource that policies read\); pulumi stack export --show-secrets has them\n$/,
    );
    const shown = await state([...CLEAN, bucketPolicy(secret({ plaintext: JSON.stringify(PUBLIC) }))]);
    assert.deepEqual([shown.code, shown.stderr], [1, ""]);
  });

  it("says operations that were interrupted, and what still waits to be deleted, and isn't clean beside them", async () => {
    const pending = { pending_operations: [{ type: "creating", resource: hostNetwork() }] };
    const interrupted = await state(CLEAN, pending);
    const agent = urn("kubernetes:apps/v1:DaemonSet", "agent");
    assert.equal(
      interrupted.stderr,
      `warning: operations were interrupted, and what they made or changed isn't known (1: creating ${agent})\n`,
    );
    assert.match(lastLine(interrupted.stdout) ?? "", /^UNDECIDED/);
    const replaced = await state([...CLEAN, hostNetwork({ delete: true })]);
    assert.equal(
      replaced.stderr,
      `warning: resources that still wait to be deleted weren't judged (1: ${agent})\n`,
    );
    assert.match(lastLine(replaced.stdout) ?? "", /^UNDECIDED/);
    const flags = { failOn: "unknown" } as const;
    assert.equal((await check({ "a.json": exported(CLEAN, pending) }, flags)).code, 3);
  });

  it("what a stack only reads is nobody's violation", async () => {
    assert.equal((await state([...CLEAN, hostNetwork({ external: true })])).code, 0);
  });

  it("takes exemptions beside a resource where the configuration lets code exempt", async () => {
    const policy = "workload-no-host-network";
    const terms = JSON.stringify({ until: "2999-12-31", reason: "agent", owner: "o" });
    const additionalSecretOutputs = [`palisade:exemption:${policy}::${terms}`];
    const files = {
      "prod.json": exported([...CLEAN, hostNetwork({ additionalSecretOutputs })]),
      "policies.json": { settings: { codeExemptions: { policies: [policy], days: 999_999 } } },
    };
    assert.equal((await check(files, {}, ["prod.json"])).code, 2);
    assert.equal((await check(files, { config: "policies.json" }, ["prod.json"])).code, 0);
  });

  it("in a folder alone it is judged; beside manifests it is no manifest, and that is said", async () => {
    const alone = await check({ "stacks/prod.json": exported([...CLEAN, hostNetwork()]) }, {}, ["stacks"]);
    assert.equal(alone.code, 1);
    const files = { "all/prod.json": exported([...CLEAN, hostNetwork()]), "all/shop.yaml": COMPLIANT };
    const beside = await check(files, {}, ["all"]);
    assert.equal(beside.code, 0);
    assert.match(
      beside.stderr,
      /^warning: stacks' states were skipped: check each of them in a run of its own \(1: all[/\\]prod\.json\)\n/,
    );
  });

  const mistakes: Readonly<
    Record<string, [Readonly<Record<string, unknown>>, CheckFlags, readonly string[]]>
  > = {
    "one beside manifests": [
      { "prod.json": exported(CLEAN), "shop.yaml": COMPLIANT },
      {},
      ["prod.json: is a stack's state, which is judged by itself. Give it alone."],
    ],
    "two at once": [
      { "prod.json": exported(CLEAN), "dev.json": checkpoint(CLEAN) },
      {},
      ["prod.json: is a stack's state, which is judged by itself. Give it alone."],
    ],
    "an older format": [
      { "prod.json": { ...exported(CLEAN), version: 2 } },
      {},
      [
        "prod.json: version: is 2; states of the versions 3 and 4 are read. Export it with a newer Pulumi: pulumi stack export.",
      ],
    ],
    "what Pulumi doesn't write, all at once": [
      {
        "prod.json": exported([
          ...CLEAN,
          { urn: "agent", type: "kubernetes:apps/v1:DaemonSet" },
          { ...hostNetwork(), inputs: "?" },
        ]),
      },
      {},
      [
        "prod.json: deployment.resources[5].urn: isn't a URN; this isn't what pulumi stack export writes",
        "prod.json: deployment.resources[6].inputs: isn't an object; this isn't what pulumi stack export writes",
      ],
    ],
    "one URN twice": [
      { "prod.json": exported([...CLEAN, hostNetwork(), hostNetwork()]) },
      {},
      [
        `prod.json: deployment.resources[6].urn: is ${urn("kubernetes:apps/v1:DaemonSet", "agent")}, as another resource's is`,
      ],
    ],
    "a stack without resources": [
      { "prod.json": { version: 3, checkpoint: { stack: "organization/shop/prod" } } },
      {},
      ["prod.json: nothing to judge: the state holds no resource that policies judge"],
    ],
    "options for manifests": [
      { "prod.json": exported(CLEAN) },
      { namespace: "shop" },
      ["--namespace: is for manifests. A stack's state is given instead."],
    ],
  };
  for (const [what, [files, flags, messages]] of Object.entries(mistakes)) {
    it(`exits 2 for ${what}, with an empty stdout`, async () => {
      const { code, stdout, stderr } = await check(files, flags);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.deepEqual(
        stderr.trimEnd().split("\n"),
        messages.map((message) => `error: ${message}`),
      );
    });
  }

  it("in the other formats, too: SARIF and JUnit name file and resource", async () => {
    const files = { "prod.json": exported([...CLEAN, hostNetwork()]) };
    const sarif = JSON.parse((await check(files, { format: "sarif" })).stdout) as {
      runs: {
        results: { ruleId: string; locations?: { logicalLocations: { fullyQualifiedName: string }[] }[] }[];
      }[];
    };
    const names = sarif.runs[0]?.results
      .filter(({ ruleId }) => ruleId === "workload-no-host-network")
      .flatMap(({ locations }) => locations?.flatMap((one) => one.logicalLocations) ?? []);
    assert.deepEqual(names, [{ fullyQualifiedName: "kubernetes:apps/v1:DaemonSet agent" }]);
    assert.match((await check(files, { format: "junit" })).stdout, /prod\.json:\d+/);
  });
});
