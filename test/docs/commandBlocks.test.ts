import { strict as assert } from "node:assert";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { parseOptions } from "../e2e/options";
import { choose } from "../e2e/selection";
import { FakeApiServer, kubeconfigFor } from "../kube/fakeApiServer";
import { served } from "../kube/servedObjects";
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

/** What Hubble writes of one connection that jewelry-shop declares. */
const HUBBLE = `${JSON.stringify({
  flow: {
    time: "2026-01-01T00:00:01Z",
    verdict: "FORWARDED",
    IP: { source: "10.42.0.5", destination: "10.42.0.6", ipVersion: "IPv4" },
    l4: { TCP: { source_port: 40000, destination_port: 8000, flags: { SYN: true } } },
    ...Object.fromEntries(
      [
        ["source", "nginx"],
        ["destination", "django"],
      ].map(([end = "", component = ""]) => [
        end,
        {
          namespace: "jewelry-shop",
          pod_name: `${component}-0`,
          labels: [`k8s:component=${component}`, "k8s:io.kubernetes.pod.namespace=jewelry-shop"],
        },
      ]),
    ),
    event_type: { type: 5 },
  },
})}\n`;
/** One of Fineract as AWS writes it, and the pods that had the addresses. */
const FLOW_LOG = `version srcaddr dstaddr srcport dstport protocol start end action log-status tcp-flags pkt-srcaddr pkt-dstaddr
3 10.40.9.9 10.40.0.6 40000 6379 6 1767225600 1767225660 ACCEPT OK 2 10.40.0.5 10.40.0.6
`;
const PODS = [
  ["oauth2-proxy", "10.40.0.5"],
  ["fineract-redis", "10.40.0.6"],
].map(([app, podIP]) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { uid: app, namespace: "fineract-production", name: `${app}-0`, labels: { app } },
  spec: { containers: [{ name: "main" }] },
  status: { phase: "Running", podIP, podIPs: [{ ip: podIP }], startTime: "2025-12-31T00:00:00Z" },
}));
/** A cluster with these pods, of which one is isolated. */
const CLUSTER = [
  {
    apiVersion: "v1",
    kind: "Namespace",
    resource: "namespaces",
    objects: [{ metadata: { name: "fineract-production" } }],
  },
  { apiVersion: "v1", kind: "Pod", resource: "pods", objects: PODS },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    resource: "networkpolicies",
    objects: [
      {
        metadata: { name: "redis", namespace: "fineract-production" },
        spec: {
          podSelector: { matchLabels: { app: "fineract-redis" } },
          policyTypes: ["Ingress"],
          ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 6379 }] }],
        },
      },
    ],
  },
];

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
  const cluster = new FakeApiServer(served(CLUSTER));

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "palisade-pages-"));
    mkdirSync(path.join(folder, "manifests"));
    writeFileSync(path.join(folder, "manifests", "all.yaml"), MANIFESTS);
    writeFileSync(path.join(folder, "policies.json"), "{}");
    const logs = "AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/year=2026/hour=00";
    for (const each of [logs, "flowlogs"]) {
      mkdirSync(path.join(folder, each), { recursive: true });
      writeFileSync(path.join(folder, each, "a.log"), FLOW_LOG);
    }
    writeFileSync(path.join(folder, "pods.json"), JSON.stringify({ kind: "List", items: PODS }));
    writeFileSync(path.join(folder, "hubble.jsonl.gz"), gzipSync(HUBBLE));
    const kubeconfig = kubeconfigFor(await cluster.start()).replaceAll("k3d-jewelry-dev", "prod");
    writeFileSync(path.join(folder, "kubeconfig"), kubeconfig);
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("-c", "user.name=tester", "-c", "user.email=tester@example.com", "commit", "-qm", "all");
  });
  after(() => {
    cluster.stop();
    rmSync(folder, { recursive: true });
  });

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
    for (const [line, where] of Object.entries(ELSEWHERE)) {
      if (!("in" in where)) continue;
      const [own = "", ...others] = [where.in, ...(where.with ?? [])].map((file) =>
        readFileSync(path.join(ROOT, file), "utf8"),
      );
      assert.ok(own.includes(where.words), `${line}: ${where.in}`);
      const options =
        line
          .split("|")
          .at(-1)
          ?.match(/(?<= )--[a-z][\w-]*/g) ?? [];
      const unused = options.filter((option) => ![own, ...others].some((text) => text.includes(option)));
      assert.deepEqual(unused, [], `${line}: nothing that is named runs it with these`);
    }
  });

  it("is one that the bench takes, where it is the bench's", () => {
    for (const [line, where] of Object.entries(ELSEWHERE)) {
      if (!("bench" in where)) continue;
      const args = (line.split(" -- ")[1] ?? "").match(/"[^"]*"|\S+/g) ?? [];
      const { only } = parseOptions(args.map((word) => word.replaceAll('"', "")));
      const { words } = choose(only);
      assert.equal(words, line.includes('"') ? only : undefined, line);
    }
  });

  for (const line of here) {
    it(`runs: ${line}`, async () => {
      const [, given = "", own = ""] = /^(?:(.*) \| )?(?:npx )?palisade (.*?)(?: > \S+)?$/.exec(line) ?? [];
      const ofStack = /--stack|^preview|^observe/.test(own);
      const words = own.split(/\s+/).map((word) => {
        // The reader's main branch is this checkout's commit; what is written goes to a folder of the test's own.
        if (ofStack && word === "main") return "HEAD";
        const [file = ""] = word.split("@");
        const isReaders = existsSync(path.join(folder, file)) && /[./]/.test(file);
        return isReaders || /^(?:deploy|applications)$|\.(?:svg|html)$/.test(word)
          ? path.join(folder, word)
          : word;
      });
      if (words[0] === "report" && !words.includes("--out")) words.push("--out", path.join(folder, "r.html"));
      const stdin = { pulumi: STATE, hubble: HUBBLE }[given.split(" ")[0] ?? ""] ?? MANIFESTS;
      const env = { KUBECONFIG: path.join(folder, "kubeconfig") };
      const { code, stderr } = await run(
        words,
        ofStack ? ROOT : folder,
        given === "" ? undefined : stdin,
        env,
      );
      // Nothing denies by default in the reader's namespace.
      assert.equal(code, words[0] === "check" ? 1 : 0, stderr);
    });
  }
});

function run(
  args: readonly string[],
  cwd: string,
  stdin: string | undefined,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(ROOT, "bin", "palisade.js"), ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stdin.on("error", () => undefined).end(stdin);
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("close", (code) => resolve({ code, stderr }));
  });
}
