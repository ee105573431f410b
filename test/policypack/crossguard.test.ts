import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { COMPLIANT_AWS, database, group, ingress, tcp, bucket } from "./aws";
import {
  COMPLIANT,
  defaultDeny,
  namespace,
  policy,
  service,
  type TestResource,
  UNKNOWN,
  WEB,
  withWeb,
  workload,
} from "./helpers";
import { Served } from "./served";

const root = join(__dirname, "..", "..");

/** A pack of somebody's own that takes our policies along. */
const THEIRS = `
  const { PolicyPack } = require("@pulumi/policy");
  const { policies } = require("./palisade");
  const own = { name: "their-own", description: "Nothing.", enforcementLevel: "mandatory", validateStack: () => undefined };
  new PolicyPack("theirs", { policies: [...policies(), own] });
`;

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const exemption = (name: string) =>
  `palisade:exemption:${name}::{"until":"2999-01-01","reason":"r","owner":"o"}`;

const STACKS: Readonly<Record<string, readonly TestResource[]>> = {
  "a compliant one": [...COMPLIANT, ...COMPLIANT_AWS],
  "one open on all sides": [
    ...withWeb({ ingress: [{}], egress: [{}] }),
    // Its default deny may be exempted from in code, where the configuration has it; its labels never.
    {
      ...namespace("bare", {}),
      secretOutputs: ["namespace-default-deny", "namespace-labels"].map(exemption),
    },
    workload("apps/v1:Deployment", { hostNetwork: true }),
    service({ type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] }),
  ],
  "one open on AWS": [
    group("db"),
    ingress("any", "db", { ...tcp(5432), cidrIpv4: "0.0.0.0/0", description: "all" }),
    database("db", { publiclyAccessible: true, storageEncrypted: false }),
    bucket("open"),
  ],
  "one with unknowns": [
    namespace(),
    defaultDeny(),
    policy(UNKNOWN, { ...WEB, ingress: [{ from: UNKNOWN }, {}], egress: UNKNOWN }),
    { ...policy("other", WEB), provider: { name: "eks", props: { kubeconfig: UNKNOWN } } },
  ],
  "one with secrets": withWeb({ ingress: secret([{}]), egress: secret([{ to: secret([]) }]) }),
};

const CONFIGS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  "no configuration": {},
  "a profile and levels": {
    settings: { profile: "baseline", levels: { "network-policy-no-everyone-ingress": "mandatory" } },
  },
  "exemptions, one of them unused": {
    settings: {
      codeExemptions: { policies: ["namespace-default-deny"], days: 1_000_000 },
      exemptions: [
        ["network-policy-no-everyone-ingress", "shop"],
        ["rds-private", "elsewhere"],
      ].map(([name, namespaceName]) => ({
        policy: name,
        namespace: namespaceName,
        reason: "moves next month",
        owner: "team-shop",
        until: "2999-01-01",
      })),
    },
  },
};
const WRONG = { settings: { exemptions: 1 }, "namespace-labels": { required: { a: 1 } } };

describe("policy pack: its policies among those of another pack, served by @pulumi/policy", () => {
  let folder: string;
  let theirs: Served;
  let ours: Served;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), "palisade-crossguard-"));
    writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "theirs", version: "1.0.0" }));
    writeFileSync(join(folder, "index.js"), THEIRS);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    await build({
      entryPoints: [join(root, "policypack", "crossguard.ts")],
      outfile: join(folder, "palisade.js"),
      bundle: true,
      platform: "node",
      logLevel: "silent",
    });
    const { buildPolicyPack } = await import("../../scripts/build-policypack.mjs");
    const { directory } = await buildPolicyPack();
    [theirs, ours] = await Promise.all([Served.start(folder), Served.start(directory)]);
  });
  after(async () => {
    await Promise.all([theirs, ours].map((served) => served.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  /** The order in which policies speak isn't the point. */
  const said = async (served: Served, config: Readonly<Record<string, object>>, stack: string) => {
    await served.configure(config);
    const reports = await served.judge(STACKS[stack] ?? []);
    return reports.map((report) => Object.values(report).map(String).join(" ")).sort();
  };

  for (const [configured, config] of Object.entries(CONFIGS)) {
    for (const stack of Object.keys(STACKS)) {
      it(`say of ${stack}, with ${configured}, what the pack says by itself`, async () => {
        assert.deepEqual(await said(theirs, config, stack), await said(ours, config, stack));
      });
    }
  }

  it("change a resource as the pack does, and leave the rest of it as it was", async () => {
    const untyped = policy("web", { ...WEB, policyTypes: [], egress: secret(WEB.egress) });
    const name = "network-policy-explicit-types";
    const changed = await theirs.remediate(untyped, name);
    assert.deepEqual(changed, await ours.remediate(untyped, name));
    assert.deepEqual(changed, {
      ...untyped.props,
      spec: { ...WEB, policyTypes: ["Ingress", "Egress"], egress: secret(WEB.egress) },
    });
  });

  it("say once what is wrong with a configuration, and that it blocks", async () => {
    const stack = "one open on all sides";
    assert.deepEqual(await said(theirs, WRONG, stack), await said(ours, WRONG, stack));
  });
});
