import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { commandsOf, pages, ROOT } from "./blocks";
import { ELSEWHERE } from "./ledger";

const workload = (kind: string, name: string, port: number): string => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: ${name}, ports: [{ containerPort: ${port} }] }] }
`;
const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 5432 }] }]
`;
/** A reader's manifests: they have what the pages' commands name. */
const MANIFESTS = [
  "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n",
  ...[workload("Deployment", "nginx", 80), workload("Deployment", "web", 8080)],
  ...[workload("StatefulSet", "redis", 6379), workload("StatefulSet", "db", 5432), POLICY],
].join("---\n");
const STATE = JSON.stringify({
  version: 3,
  deployment: {
    manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
    resources: [
      {
        urn: "urn:pulumi:prod::shop::kubernetes:core/v1:Namespace::shop",
        custom: true,
        id: "shop",
        type: "kubernetes:core/v1:Namespace",
        inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
        outputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      },
    ],
  },
});

interface Ran {
  readonly code: number | null;
  readonly stderr: string;
}

describe("every command that a page shows", function () {
  this.timeout(180_000);
  const all = pages().flatMap((page) => commandsOf(page));
  const lines = [...new Set(all.map(({ line }) => line))];
  const here = lines.filter((line) => !(line in ELSEWHERE));
  let folder = "";

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "palisade-pages-"));
    mkdirSync(path.join(folder, "manifests"));
    writeFileSync(path.join(folder, "manifests", "all.yaml"), MANIFESTS);
    writeFileSync(path.join(folder, "policies.json"), "{}");
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("-c", "user.name=tester", "-c", "user.email=tester@example.com", "commit", "-qm", "all");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is found on its page, indented or fenced", () => {
    assert.ok(all.length > 60, String(all.length));
    const page =
      "    palisade reach manifests/     # all\n\nwords\n\n```sh\n$ npm test\n```\n\n    shop/web => shop/db\n";
    assert.deepEqual(
      commandsOf("page", page).map(({ line }) => line),
      ["palisade reach manifests/", "npm test"],
    );
  });

  it("runs here, or is on the list with what runs it, or with why nothing does; and all that is listed is shown", () => {
    const unknown = all.filter(({ line }) => !(line in ELSEWHERE) && !/(?:^|\| |npx )palisade /.test(line));
    assert.deepEqual(unknown, [], "nothing runs these: name what does in test/docs/ledger.ts");
    assert.deepEqual(
      Object.keys(ELSEWHERE).filter((line) => !lines.includes(line)),
      [],
      "no page shows these any more",
    );
    for (const [line, where] of Object.entries(ELSEWHERE))
      if ("in" in where)
        assert.ok(
          readFileSync(path.join(ROOT, where.in), "utf8").includes(where.words),
          `${line}: ${where.in}`,
        );
  });

  for (const line of here) {
    it(`runs: ${line}`, async () => {
      const [, given = "", own = ""] = /^(?:(.*) \| )?(?:npx )?palisade (.*?)(?: > \S+)?$/.exec(line) ?? [];
      const ofStack = /--stack|^preview/.test(own);
      const words = own.split(/\s+/).map((word) => {
        // The reader's main branch is this checkout's commit; what is written goes to a folder of the test's own.
        if (ofStack && word === "main") return "HEAD";
        return /^(?:deploy|applications)$|\.(?:svg|html)$/.test(word) ? path.join(folder, word) : word;
      });
      if (words[0] === "report" && !words.includes("--out")) words.push("--out", path.join(folder, "r.html"));
      const stdin = given === "" ? undefined : given.startsWith("pulumi") ? STATE : MANIFESTS;
      const { code, stderr } = await run(words, ofStack ? ROOT : folder, stdin);
      // Nothing denies by default in the reader's namespace.
      assert.equal(code, words[0] === "check" ? 1 : 0, stderr);
    });
  }
});

function run(args: readonly string[], cwd: string, stdin: string | undefined): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(ROOT, "bin", "palisade.js"), ...args], {
      cwd,
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stdin.on("error", () => undefined).end(stdin);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("close", (code) => resolve({ code, stderr }));
  });
}
