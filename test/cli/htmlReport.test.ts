import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "../../cli/htmlReport";
import * as reach from "../../cli/reach";
import type { PageData } from "../../report/pageData";
import { captured } from "../captured";
import { blockOf } from "../report/pageData";

const PODS = ["web", "db"].map((name) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name } },
  spec: { containers: [{ name: "main", image: "main" }] },
}));
const DENIED = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "isolation", namespace: "shop" },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
};

describe("palisade report: one page", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "palisade-report-"))));
  after(() => rmSync(folder, { recursive: true }));

  const manifests = (...objects: readonly object[]): string => {
    const file = path.join(folder, "world.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    return file;
  };
  const out = (): string => path.join(folder, "page.html");

  it("of manifests: says where it is and what is in it, and exits 0", async () => {
    const file = manifests(...PODS, DENIED);
    const { code, stdout } = await captured(() => run([file], { out: out() }));
    assert.equal(code, 0);
    assert.deepEqual(stdout.split("\n"), [
      out(),
      "2 ends, 0 connections, 0 reached from outside.",
      "Isolated on ingress: 2 of 2 ends; on egress: 2.",
      "Reached from outside: nothing.",
      "",
    ]);
    const page = readFileSync(out(), "utf8");
    assert.match(page, /^<!doctype html>/i);
    assert.ok(page.includes("Who reaches whom"));
  });

  it("of manifests, judged where policies are chosen: the verdict, the findings and the evidence for each object", async () => {
    const open = { ...DENIED, metadata: { name: "open", namespace: "shop" } };
    const file = manifests(...PODS, DENIED, {
      ...open,
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
    });
    const policy = ["network-policy-no-everyone-ingress"];
    const { code, stdout } = await captured(() => run([file], { out: out(), policy }));
    assert.deepEqual([code, stdout.split("\n")[1]], [0, "1 mandatory violation."]);
    const { heading } = JSON.parse(blockOf(readFileSync(out(), "utf8"), "data")) as PageData;
    assert.deepEqual(
      heading.findings.map((one) => [one.level, one.policy, one.resource]),
      [["mandatory", ...policy, "NetworkPolicy shop/open"]],
    );
    assert.equal(heading.verdict, "violations");
    assert.deepEqual(heading.judged, [
      { name: "shop/isolation", kind: "NetworkPolicy", policies: policy, found: [] },
      { name: "shop/open", kind: "NetworkPolicy", policies: policy, found: policy },
    ]);
    const results = heading.controls.flatMap(({ policies }) => policies.map(({ result }) => result));
    assert.deepEqual([...new Set(results)].sort(), ["disabled", "fail"]);
    const { heading: unjudged } = await captured(() => run([file], { out: out() })).then(
      () => JSON.parse(blockOf(readFileSync(out(), "utf8"), "data")) as PageData,
    );
    assert.deepEqual([unjudged.verdict, unjudged.findings, unjudged.judged], [undefined, [], []]);
  });

  it("with --diff: each line that is gained or lost with its policy, on the page, in the sentences and as SVG", async () => {
    const before = manifests(...PODS, DENIED);
    const after = path.join(folder, "after.json");
    const admits = {
      ...DENIED,
      metadata: { name: "db", namespace: "shop" },
      spec: {
        podSelector: { matchLabels: { app: "db" } },
        policyTypes: ["Ingress"],
        ingress: [{ ports: [{ port: 5432 }] }],
      },
    };
    const lets = {
      ...DENIED,
      metadata: { name: "web", namespace: "shop" },
      spec: {
        podSelector: { matchLabels: { app: "web" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: {} }], ports: [{ port: 5432 }] }],
      },
    };
    writeFileSync(
      after,
      JSON.stringify({ apiVersion: "v1", kind: "List", items: [...PODS, DENIED, admits, lets] }),
    );
    const svg = path.join(folder, "change.svg");
    const { code, stdout } = await captured(() => run([after], { out: out(), diff: before, svg }));
    assert.equal(code, 0, stdout);
    assert.equal(stdout.split("\n")[1], `Since ${before}: 2 connections gained, 0 lost, 0 changed.`);
    const { clusters } = JSON.parse(blockOf(readFileSync(out(), "utf8"), "data")) as PageData;
    const found = clusters[0]?.changes.find(
      ({ from, to }) => from === "shop/web[Pod]" && to === "shop/db[Pod]",
    );
    assert.deepEqual(found, {
      kind: "gained",
      from: "shop/web[Pod]",
      to: "shop/db[Pod]",
      gained: "TCP 5432",
      lost: "",
      because: [
        "NetworkPolicy shop/web spec.egress[0] lets it out",
        "NetworkPolicy shop/db spec.ingress[0] lets it in",
      ],
    });
    const marked = clusters[0]?.picture.edges.filter(({ change }) => change !== undefined);
    assert.deepEqual(marked?.map(({ from, to }) => `${from} → ${to}`).sort(), [
      "outside anywhere outside → shop/db[Pod]",
      "shop/web[Pod] → shop/db[Pod]",
    ]);
    assert.match(readFileSync(svg, "utf8"), /<text class="label of-gained"[^>]*>\+ TCP 5432<\/text>/);
  });

  it("with --diff of the same: says that nothing is gained or lost; the SVG says so, too", async () => {
    const file = manifests(...PODS, DENIED);
    const svg = path.join(folder, "none.svg");
    const { code, stdout } = await captured(() => run([file], { out: out(), diff: file, svg }));
    assert.deepEqual([code, stdout.split("\n")[1]], [0, `Since ${file}: nothing is gained or lost.`]);
    assert.match(readFileSync(svg, "utf8"), /nothing is gained or lost/);
  });

  it("reach --format svg draws the relation", async () => {
    const file = manifests(...PODS);
    const { code, stdout } = await captured(() => reach.run([file], { format: "svg" }));
    assert.equal(code, 0);
    assert.match(stdout, /^<svg [^>]*>\n<title>Who reaches whom<\/title>/);
    assert.deepEqual(
      [...stdout.matchAll(/<text class="name"[^>]*>([^<]*)</g)].map(([, name]) => name).sort(),
      ["anywhere outside", "db", "web"],
    );
  });

  it("of a stack: its clusters, with the declared flows and what differs", async () => {
    const cwd = path.join(__dirname, "..", "beside", "program");
    const { code, stdout } = await captured(() => run([], { stack: "dev", cwd, out: out() }));
    assert.equal(code, 0, stdout);
    assert.equal(
      stdout.split("\n")[2],
      "eks/fineract: 22 declared flows, computed: exactly these are open, 5 if other owners' security groups let them through.",
    );
    const { heading, clusters } = JSON.parse(blockOf(readFileSync(out(), "utf8"), "data")) as PageData;
    assert.equal(heading.verdict, "undecided");
    assert.match(heading.asOf ?? "", /^commit [0-9a-f]{40}/);
    const [eks] = clusters;
    assert.equal(eks?.flows.length, 22);
    // Every line of an application is one that somebody declared, and names what is outside by what is declared there.
    assert.deepEqual(
      eks.picture.edges.filter(({ declared }) => declared === false),
      [],
    );
    assert.deepEqual(
      eks.picture.nodes.flatMap(({ id, label }) => (id.startsWith("declared ") ? [label] : [])).sort(),
      [
        "bucket documents (read-write)",
        "cloud-identity",
        "cluster DNS",
        "database fineract",
        "database keycloak",
        "internet",
      ],
    );
  }).timeout(120_000);

  it("refuses manifests beside a stack, a file that isn't there and a place that can't be written; nothing is written", async () => {
    const file = manifests(...PODS);
    const said = async (paths: readonly string[], flags: Parameters<typeof run>[1]) => {
      const { code, stderr } = await captured(() => run(paths, flags));
      return [code, stderr.split("\n")[0]];
    };
    assert.deepEqual(await said([file], { stack: "dev", out: out() }), [
      2,
      `error: ${file}: given beside --stack. Give manifests or --stack, not both.`,
    ]);
    assert.deepEqual(await said([], { stack: "dev", out: out(), profile: "baseline" }), [
      2,
      "error: --config, --policy, --disable or --profile: given beside --stack. A stack's report is judged by its own policies and their configuration.",
    ]);
    const nowhere = path.join(folder, "nowhere", "page.html");
    const [code, message] = await said([file], { out: nowhere });
    assert.equal(code, 2);
    assert.match(String(message), /^error: --out .*nowhere.page\.html: can't be written/);
  });
});
