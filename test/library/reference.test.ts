import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import { record } from "../components/recorded";
import { EXAMPLES, pagesIn, REFERENCE } from "./examples";

const ROOT = path.join(__dirname, "..", "..");
const OURS: Readonly<Record<string, string>> = {
  "pulumi-palisade": "library/index",
  "pulumi-palisade/flows": "library/flows",
  "pulumi-palisade/aws": "library/aws",
};
const requireHere = createRequire(__filename);

/** Runs an example as a program; what it exports, what it prints, and what it registers. */
async function run(example: string) {
  const { outputText } = ts.transpileModule(example, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const module: { exports: unknown } = { exports: {} };
  const printed: string[] = [];
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the page's own example, run as it is printed
  const program = new Function("module", "exports", "require", "console", outputText) as (
    ...given: readonly unknown[]
  ) => void;
  const load = (name: string): unknown =>
    requireHere(name in OURS ? path.join(ROOT, OURS[name] ?? "") : name);
  const registered = await record(() => {
    program(module, module.exports, load, { log: (text: string) => printed.push(text) });
  });
  return {
    exported: module.exports,
    printed,
    types: registered.map(({ type }) => type.split(":").at(-1) ?? ""),
  };
}

describe("docs/reference", () => {
  it("is made of the types and their comments: `node scripts/library-reference.mjs` brings it up to date", function () {
    this.timeout(180_000);
    const folder = mkdtempSync(path.join(tmpdir(), "palisade-reference-"));
    try {
      const script = path.join(ROOT, "scripts", "library-reference.mjs");
      execFileSync(process.execPath, [script, folder], { stdio: "inherit" });
      assert.deepEqual(pagesIn(REFERENCE), pagesIn(folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  /** What each example registers, by kind and number; a component stands for what it is made of where it registers more. */
  const REGISTERED: Readonly<Record<string, readonly string[]>> = {
    BucketAccess: [
      "VpcEndpoint",
      "Role",
      "Bucket",
      "BucketOwnershipControls",
      "BucketPolicy",
      "BucketPublicAccessBlock",
      "BucketServerSideEncryptionConfiguration",
      "BucketVersioning",
      "BucketAccess",
    ],
    DatabaseAccess: ["SecurityGroup", "SecurityGroup", "SecurityGroupIngressRule", "DatabaseAccess"],
    IsolatedNamespace: ["Namespace", "IsolatedNamespace"],
    application: [],
    applicationFromData: [],
    stackProgram: [],
    validateApplications: [],
  };

  it("has an example of each component and of what declares, or its place is in a larger one's", () => {
    assert.deepEqual(Object.keys(EXAMPLES).sort(), [
      ...["BucketAccess", "DatabaseAccess", "IsolatedApplication", "IsolatedNamespace", "application"],
      ...["applicationFromData", "provisionSite", "stackProgram", "validateApplications"],
    ]);
  });

  for (const [name, types] of Object.entries(REGISTERED))
    it(`runs the example of ${name}`, async () => {
      const { types: registered } = await run(EXAMPLES[name] ?? assert.fail(name));
      assert.deepEqual(registered, types);
    });

  it("runs the example of IsolatedApplication: the isolation, and a policy for each end", async () => {
    const { types } = await run(EXAMPLES["IsolatedApplication"] ?? assert.fail());
    assert.deepEqual(types.filter((type) => type !== "NetworkPolicy").sort(), [
      ...["IsolatedApplication", "IsolatedNamespace", "Namespace", "kubernetes"],
    ]);
    assert.equal(types.filter((type) => type === "NetworkPolicy").length, 4);
  });

  it("runs the example of provisionSite, which has every component of a VPC but a bucket's", async () => {
    const { types } = await run(EXAMPLES["provisionSite"] ?? assert.fail());
    for (const type of [
      "ClusterAccess",
      "DatabaseAccess",
      "IsolatedApplication",
      "WorkloadIdentity",
      "WorkloadSecurityGroups",
    ])
      assert.ok(types.includes(type), `${type}: ${types.join(" ")}`);
  });

  it("says what the example of validateApplications prints", async () => {
    const { printed } = await run(EXAMPLES["validateApplications"] ?? assert.fail());
    const [, said = ""] = /console\.log\(.*\/\/ (.*)…/.exec(EXAMPLES["validateApplications"] ?? "") ?? [];
    assert.equal(printed.length, 1);
    assert.ok(said !== "" && printed[0]?.startsWith(said.trim()), `${said}: ${printed.join("\n")}`);
  });
});
