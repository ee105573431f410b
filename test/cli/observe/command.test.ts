// Longer than most: one table of what the command is given, and what it says.
import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { type ObserveFlags, run } from "../../../cli/observe";
import { observedCluster } from "../../../cli/observe/stack";
import { captured } from "../../captured";
import { FakeApiServer, kubeconfigFor } from "../../kube/fakeApiServer";
import { served } from "../../kube/servedObjects";

const ROOT = path.join(__dirname, "..", "..", "..");
const COMMAND = path.join(ROOT, "bin", "palisade.js");

/** Plans, each made once. */
const plans = new Map<string, ReturnType<typeof observedCluster>>();
const planned: typeof observedCluster = (stack, cwd, cluster) => {
  const key = `${stack} ${cluster ?? ""}`;
  const plan = plans.get(key) ?? observedCluster(stack, cwd, cluster);
  plans.set(key, plan);
  return plan;
};

const labels = (component: string) => [
  `k8s:component=${component}`,
  "k8s:io.kubernetes.pod.namespace=jewelry-shop",
];
const end = (component: string) => ({
  namespace: "jewelry-shop",
  pod_name: `${component}-0`,
  labels: labels(component),
});
const WORLD = { identity: 2, labels: ["reserved:world"] };

/** One verdict of Hubble's on a SYN; the second of the minute is its time. */
const verdict = (
  from: object,
  to: object,
  port: number,
  second: number,
  more: object = {},
  ip = "10.42.0.6",
) =>
  JSON.stringify({
    flow: {
      time: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`,
      verdict: "FORWARDED",
      IP: { source: "10.42.0.5", destination: ip, ipVersion: "IPv4" },
      l4: { TCP: { source_port: 40000, destination_port: port, flags: { SYN: true } } },
      source: from,
      destination: to,
      event_type: { type: 5 },
      ...more,
    },
  });

const DENIED = { verdict: "DROPPED", drop_reason: 133 };
const DECLARED = verdict(end("nginx"), end("django"), 8000, 1);
const WORLDLY = verdict(end("nginx"), WORLD, 443, 2, {}, "203.0.113.9");
const REFUSED = verdict(end("nginx"), end("redis"), 6379, 3, DENIED);
const WRONGED = verdict(end("django"), end("redis"), 6379, 4, DENIED);
const LOST = '{"lost_events":{"source":"PERF_EVENT_RING_BUFFER","num_events_lost":"3"}}';

const VPC_HEADER =
  "version srcaddr dstaddr srcport dstport protocol start end action log-status tcp-flags pkt-srcaddr pkt-dstaddr";
const vpc = (from: string, to: string, port: number, action = "ACCEPT") =>
  `3 10.42.9.9 ${to} 40000 ${port} 6 1767225600 1767225660 ${action} OK 2 ${from} ${to}`;

const podItem = (component: string, podIP: string) => ({
  kind: "Pod",
  metadata: { uid: component, namespace: "jewelry-shop", name: `${component}-0`, labels: { component } },
  status: { podIP, startTime: "2025-12-31T00:00:00Z" },
});
const PODS = JSON.stringify({
  kind: "List",
  items: [podItem("nginx", "10.42.0.5"), podItem("django", "10.42.0.6")],
});

describe("palisade observe: the command", function () {
  this.timeout(120_000);
  let folder = "";
  const at = (name: string) => path.join(folder, name);
  const write = (name: string, ...lines: readonly string[]) => {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), lines.map((line) => `${line}\n`).join(""));
  };
  const observing = (names: readonly string[], flags: Partial<ObserveFlags> = {}) =>
    captured(() =>
      run(
        names.map((name) => at(name)),
        { stack: "dev", cwd: ROOT, cluster: "k3d-dev", ...flags },
        planned,
      ),
    );

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "palisade-observe-"));
    write("declared.jsonl", DECLARED);
    write("all.jsonl", DECLARED, WORLDLY, REFUSED, WRONGED);
    write("refused.jsonl", DECLARED, REFUSED);
    write("lost.jsonl", DECLARED, LOST);
    write("cut.jsonl", DECLARED, WORLDLY.slice(0, 100));
    write("others.jsonl", verdict({ ...end("a"), namespace: "x" }, { ...end("b"), namespace: "x" }, 80, 1));
    writeFileSync(at("two.gz"), Buffer.concat([gzipSync(`${DECLARED}\n`), gzipSync(`${REFUSED}\n`)]));
    const whole = gzipSync(
      `${DECLARED}\n${Array.from({ length: 2000 }, (_, i) => verdict(end("nginx"), end("django"), 8000, i % 60, { n: i * 7919 })).join("\n")}`,
    );
    writeFileSync(at("broken.gz"), whole.subarray(0, whole.length - 200));
    const hour = "AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/year=2026/hour=00";
    mkdirSync(at(hour), { recursive: true });
    writeFileSync(
      at(`${hour}/a.log.gz`),
      gzipSync(`${VPC_HEADER}\n${vpc("10.42.0.5", "10.42.0.6", 8000)}\n`),
    );
    write(
      `${hour}/b.log`,
      VPC_HEADER,
      vpc("10.42.0.5", "10.42.0.6", 8001),
      vpc("10.42.0.5", "10.42.0.7", 5432),
    );
    write("pods.json", PODS);
    write("headless.log", vpc("10.42.0.5", "10.42.0.6", 8000));
    write("long.jsonl", DECLARED, `{"flow":"${"x".repeat(1_100_000)}"}`, REFUSED);
    write("parquet", "PAR1");
    write("empty.jsonl");
    write("prose.txt", "hello", "world");
    write("service.json", '{"kind":"Service"}');
    mkdirSync(at("nothing"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("says what is declared, what isn't, what is denied, and what to write", async () => {
    const { code, stdout, stderr } = await observing(["all.jsonl"]);
    assert.equal(stderr, "");
    assert.equal(code, 1);
    const lines = stdout.split("\n").filter((line) => !line.includes("owner: "));
    assert.deepEqual(lines, [
      "dev / k3d-dev: jewelry-shop (enforce)",
      "1 file, records: Hubble 4; 4 attributed, from 2026-01-01T00:00:01Z to 2026-01-01T00:00:04Z",
      "",
      "Declared, and denied all the same (1): something else than the stack's policies decides, or the plan isn't deployed",
      "  jewelry-shop: django → redis  tcp/6379  denied 1, last 2026-01-01T00:00:04Z",
      "",
      "Seen, and not declared (1): the stack denies it when it is enforced",
      "  jewelry-shop/nginx → 203.0.113.9  tcp/443  passed 1, last 2026-01-01T00:00:02Z",
      lines[8],
      "",
      "Would be denied, by workload",
      "  jewelry-shop/nginx  1 from it, 0 to it",
      "",
      "Denied already, and not declared (1)",
      "  jewelry-shop/nginx → jewelry-shop/redis  tcp/6379  denied 1, last 2026-01-01T00:00:03Z",
      "",
      lines[16],
      "",
      "Declared and seen (2)",
      "",
      "FINDINGS  1 connection seen and not declared; 1 declared flow denied",
      "",
    ]);
    assert.match(
      lines[8] ?? "",
      /^ {4}flows of jewelry-shop \(applications\/jewelryShop\.ts:\d+\): \{ from: "nginx", to: cidr\("203\.0\.113\.9\/32"\), ports: \["tcp\/443"\], because: "TODO: why\?" \},$/,
    );
    assert.match(
      lines[16] ?? "",
      /^Declared, and never seen since 2026-01-01T00:00:01Z \(\d+\): remove it, or say why it stays$/,
    );
    assert.match(
      stdout,
      /\n {2}jewelry-shop: celery-beat → postgresql {2}tcp\/5432 {2}owner: jewelry-shop; because: the schedule is kept in the database\n/,
    );
    assert.doesNotMatch(stdout, /cluster DNS/, "nobody can take name resolution back");
  });

  interface Document {
    readonly verdict: string;
    readonly attributed: number;
    readonly formats: readonly unknown[];
    readonly undeclared: readonly {
      readonly today: string;
      readonly to: object;
      readonly port: number;
      readonly refusedBy: readonly string[];
    }[];
    readonly unattributed: readonly unknown[];
    readonly flows: readonly { readonly id: string; readonly state: string }[];
    readonly unreadable: { readonly lines: number; readonly first: readonly string[] };
  }
  const document = async (names: readonly string[], flags: Partial<ObserveFlags> = {}) => {
    const { code, stdout } = await observing(names, { json: true, ...flags });
    return { code, ...(JSON.parse(stdout) as Document) };
  };

  it("doesn't take what the source's side let out for what passed, where the destination's denied it", async () => {
    const out = verdict(end("nginx"), end("redis"), 6379, 1, { traffic_direction: "EGRESS" });
    const refused = verdict(end("nginx"), end("redis"), 6379, 1, { ...DENIED, traffic_direction: "INGRESS" });
    writeFileSync(at("source.jsonl"), `${DECLARED}\n${out}\n`);
    writeFileSync(at("destination.jsonl"), `${refused}\n`);
    const today = ({ code, undeclared }: Awaited<ReturnType<typeof document>>) => [
      code,
      undeclared.map((one) => one.today),
    ];
    assert.deepEqual(today(await document(["source.jsonl", "destination.jsonl"])), [0, ["denied"]]);
    assert.deepEqual(today(await document(["source.jsonl"])), [1, ["seen"]], "the other half may be missing");
  });

  it("reads folders of flow logs by their pods' list, and says what nobody held", async () => {
    const found = await document(["AWSLogs"], { pods: [`${at("pods.json")}@2026-01-02T00:00:00Z`] });
    assert.deepEqual([found.code, found.verdict, found.attributed], [1, "findings", 2]);
    assert.deepEqual(found.formats, [{ format: "VPC flow log", records: 3 }]);
    assert.deepEqual(
      found.undeclared.map(({ port, refusedBy }) => [port, refusedBy]),
      [[8001, ["jewelry-shop/nginx", "jewelry-shop/django"]]],
    );
    assert.deepEqual(found.unattributed, [{ because: "an address that no known pod held then", records: 1 }]);
    const late = await document(["AWSLogs"], { pods: [at("pods.json")] });
    assert.deepEqual(
      [late.code, late.verdict, late.attributed],
      [3, "undecided", 0],
      "no list proves that time",
    );
    for (const pods of [[], [at("pods.json")]]) {
      const { stdout } = await observing(["AWSLogs"], { pods });
      assert.deepEqual(stdout.split("\n").slice(-3), [
        "UNDECIDED  no record could be given to this stack's workloads",
        "Say whose the addresses were: --pods FILE, a list of pods of that time, or --context NAME, the pods that run now",
        "",
      ]);
    }
  });

  it("takes the pods that a running cluster has: an address is theirs since they started", async () => {
    const pods = [podItem("nginx", "10.42.0.5"), podItem("django", "10.42.0.6")];
    const server = new FakeApiServer(
      served([{ apiVersion: "v1", kind: "Pod", resource: "pods", objects: pods }]),
    );
    try {
      writeFileSync(at("kubeconfig"), kubeconfigFor(await server.start()));
      write(
        "flows.log",
        VPC_HEADER,
        vpc("10.42.0.5", "10.42.0.6", 8000),
        vpc("10.42.0.5", "10.42.0.7", 8000),
      );
      const { code, stdout } = await observing(["flows.log"], {
        kubeconfig: at("kubeconfig"),
        json: true,
      });
      const { attributed, unattributed } = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual(
        [code, attributed, unattributed],
        [0, 1, [{ because: "an address that no known pod held then", records: 1 }]],
      );
    } finally {
      server.stop();
    }
  });

  it("prints the role that is needed where the cluster's pods may not be listed", async () => {
    const server = new FakeApiServer(
      served([{ apiVersion: "v1", kind: "Pod", resource: "pods", refuse: true }]),
    );
    try {
      writeFileSync(at("kubeconfig"), kubeconfigFor(await server.start()));
      const { code, stdout, stderr } = await observing(["all.jsonl"], { kubeconfig: at("kubeconfig") });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /^error: context \S+: no permission to list pods\. Bind this role/);
      assert.match(stderr, /resources: \[pods\]\n {4}verbs: \[list\]/);
    } finally {
      server.stop();
    }
  });

  it("is clean where all that passed is declared, and undecided where asked to doubt", async () => {
    assert.deepEqual((await observing(["declared.jsonl"])).code, 0);
    assert.deepEqual(
      (await observing(["refused.jsonl"])).code,
      0,
      "what is denied already is as it should be",
    );
    assert.deepEqual((await observing(["cut.jsonl"])).code, 0);
    assert.deepEqual((await observing(["cut.jsonl"], { failOn: "unknown" })).code, 3);
    assert.deepEqual((await observing(["declared.jsonl"], { failOn: "unknown" })).code, 0);
    assert.deepEqual((await observing(["others.jsonl"])).code, 3, "nothing of it is the stack's");
  });

  const readable: readonly (readonly [string, string, number, number, RegExp | undefined])[] = [
    ["gzip of several members", "two.gz", 2, 0, undefined],
    ["a line that is cut off", "cut.jsonl", 1, 1, /cut\.jsonl:2: isn't JSON: it may be cut off$/],
    ["a line without end", "long.jsonl", 2, 1, /long\.jsonl:2: is longer than a megabyte$/],
  ];
  for (const [what, name, attributed, lines, first] of readable) {
    it(`reads ${what}`, async () => {
      const found = await document([name]);
      assert.deepEqual([found.attributed, found.unreadable.lines], [attributed, lines]);
      if (first !== undefined) assert.match(found.unreadable.first[0] ?? "", first);
    });
  }

  it("reads gzip that breaks off up to there, and calls no flow unused by it", async () => {
    const { unreadable, attributed, flows, code } = await document(["broken.gz"]);
    assert.equal(code, 0);
    assert.ok(attributed > 1);
    assert.match(unreadable.first.at(-1) ?? "", /breaks off: unexpected end of file$/);
    assert.ok(flows.every(({ state }) => state !== "unseen"));
  });

  it("reads a file once, however often and by whichever name it is given", async () => {
    const found = await document(["all.jsonl", "all.jsonl", "../" + path.basename(folder) + "/all.jsonl"]);
    assert.equal(found.attributed, 4);
  });

  it("calls no flow unused while events were lost", async () => {
    const { flows } = await document(["lost.jsonl"]);
    assert.deepEqual(new Set(flows.map(({ state }) => state)), new Set(["seen", "unknown"]));
  });

  it("writes SARIF with a place for what isn't declared", async () => {
    const { stdout } = await observing(["all.jsonl"], { format: "sarif" });
    const { runs } = JSON.parse(stdout) as {
      runs: {
        results: {
          ruleId: string;
          locations?: { physicalLocation: { artifactLocation: { uri: string } } }[];
        }[];
      }[];
    };
    const rules = (runs[0]?.results ?? []).filter(({ ruleId }) => ruleId !== "unused-flow");
    assert.deepEqual(
      rules.map(({ ruleId, locations }) => [ruleId, locations?.[0]?.physicalLocation.artifactLocation.uri]),
      [
        ["undeclared-traffic", "applications/jewelryShop.ts"],
        ["declared-but-denied", undefined],
      ],
    );
  });

  const wrong: readonly (readonly [string, readonly string[], Partial<ObserveFlags>, RegExp])[] = [
    ["a file that isn't there", ["nope"], {}, /^error: \S+nope: no such file or folder\n$/],
    ["two that aren't, both told", ["nope", "nope2"], {}, /nope: .*\n.*nope2: /],
    ["an empty folder", ["nothing"], {}, /^error: \S+nothing: holds no file\n$/],
    [
      "an empty file",
      ["empty.jsonl"],
      {},
      /^error: \S+empty\.jsonl: holds no flow record\. docs\/observe\.md/,
    ],
    ["prose", ["prose.txt"], {}, /prose\.txt:1: is a line of no format that is read here/],
    [
      "a flow log without its header",
      ["headless.log"],
      {},
      /looks like a VPC flow log without its header: give its fields with --vpc-format/,
    ],
    [
      "a Parquet file that breaks off",
      ["parquet"],
      {},
      /^error: \S+parquet: holds no flow record\. .*\nerror: \S+parquet:1: can't be read as Parquet: parquet .*\n$/,
    ],
    [
      "fields that tell no connection",
      ["all.jsonl"],
      { vpcFormat: "srcaddr dstaddr" },
      /^error: --vpc-format: lacks srcport, dstport, protocol, action, start, end\./,
    ],
    [
      "a time without a zone",
      ["all.jsonl"],
      { since: "2026-01-01T00:00:00" },
      /^error: --since 2026-01-01T00:00:00: isn't a time\. Write a day of UTC/,
    ],
    ["a list of pods that isn't there", ["all.jsonl"], { pods: ["/nope.json"] }, /^error: \/nope\.json: /],
    [
      "a list of pods saved at no time",
      ["all.jsonl"],
      { pods: ["pods.json@noon"] },
      /^error: --pods pods\.json@noon: has a time that isn't one\./,
    ],
    ["a stack that isn't there", ["all.jsonl"], { stack: "nope" }, /^error: .*nope/],
    [
      "a cluster that isn't there",
      ["all.jsonl"],
      { cluster: "k3d" },
      /^error: --cluster k3d: stack dev has eks-dev, k3d-dev/,
    ],
  ];
  for (const [what, names, flags, expected] of wrong) {
    it(`refuses ${what}`, async () => {
      const { code, stdout, stderr } = await observing(names, flags);
      assert.match(stderr, expected);
      assert.deepEqual([code, stdout], [2, ""]);
    });
  }

  it("refuses a list that holds no pods", async () => {
    const { code, stderr } = await observing(["all.jsonl"], { pods: [at("service.json")] });
    assert.match(stderr, /service\.json: isn't a list of pods\. Save it with kubectl get pods/);
    assert.equal(code, 2);
  });

  it("refuses a file that it may not read", async function () {
    if (process.getuid?.() === 0) return this.skip();
    write("secret.jsonl", DECLARED);
    chmodSync(at("secret.jsonl"), 0);
    const { code, stderr } = await observing(["secret.jsonl"]);
    assert.match(stderr, /secret\.jsonl: not readable: permission denied/);
    assert.equal(code, 2);
  });

  it("reads standard input, and ends quietly where its reader does", () => {
    const { stdout, status } = spawnSync("node", [COMMAND, "observe", "-", "--cluster", "k3d-dev"], {
      cwd: ROOT,
      input: gzipSync(`${DECLARED}\n${REFUSED}`),
      encoding: "utf8",
    });
    assert.match(stdout, /^dev \/ k3d-dev.*\n1 file, records: Hubble 2; 2 attributed/);
    assert.equal(status, 0);
    const piped = spawnSync(
      "sh",
      ["-c", `node "${COMMAND}" observe "${at("all.jsonl")}" --cluster k3d-dev --json | head -c 1`],
      { cwd: ROOT, encoding: "utf8" },
    );
    assert.deepEqual([piped.stdout, piped.stderr], ["{", ""]);
  });

  it("asks of which cluster records are", async () => {
    const { code, stderr } = await captured(() => run([at("all.jsonl")], { stack: "dev", cwd: ROOT }));
    assert.equal(
      stderr,
      "error: stack dev: has the clusters eks-dev, k3d-dev. Say of which one the records are, with --cluster.\n",
    );
    assert.equal(code, 2);
  });
});
