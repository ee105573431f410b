import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as diff from "../../../cli/diff";
import * as reach from "../../../cli/reach";
import { AddressSet } from "../../../net/addressSet";
import { ask } from "../../../reachability/compute/analysis";
import { linesOf } from "../../../reachability/answer/formats/lines";
import { analysisOfObjects } from "../worlds";
import { captured } from "../../captured";

const pod = (name: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "a", labels: { app: name } },
});
const policy = (ingress: readonly object[], namespace = "a", more: object = {}) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "np", namespace },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress, ...more },
});
const OWN = { from: [{ podSelector: {} }] };
const TEN = { from: [{ ipBlock: { cidr: "10.0.0.0/16" } }] };

describe("reachability: what isn't a connection counts nowhere", () => {
  let folder = "";
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    const text =
      typeof content === "string"
        ? content
        : JSON.stringify({ apiVersion: "v1", kind: "List", items: content });
    writeFileSync(path, text);
    return path;
  };
  before(() => (folder = mkdtempSync(join(tmpdir(), "palisade-void-"))));
  after(() => rmSync(folder, { recursive: true }));

  it("a Pod that only it itself may reach anew isn't a gain", async () => {
    const [closed, open] = [
      file("closed.json", [pod("p"), policy([])]),
      file("open.json", [pod("p"), policy([OWN])]),
    ];
    const { code, stdout } = await captured(() => diff.run(closed, open, { failOn: "gained", json: true }));
    const { gained, mayGain } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([code, gained, mayGain], [0, [], []]);
    const two = [pod("p"), pod("q")];
    const real = await captured(() =>
      diff.run(file("c2.json", [...two, policy([])]), file("o2.json", [...two, policy([OWN])]), {
        failOn: "gained",
      }),
    );
    assert.equal(real.code, 1);
  });

  it("a Pod of which it isn't known whether it reaches itself leaves nothing undecided", async () => {
    const flags = { failOn: "unknown", podCidr: ["10.0.0.0/8"], json: true } as const;
    const alone = await captured(() => reach.run([file("one.json", [pod("p"), policy([TEN])])], flags));
    assert.deepEqual([alone.code, (JSON.parse(alone.stdout) as { unknown: unknown }).unknown], [0, []]);
    const two = await captured(() =>
      reach.run([file("two.json", [pod("p"), pod("q"), policy([TEN])])], flags),
    );
    assert.equal(two.code, 3);
  });

  it("a Node is one thing, and doesn't reach itself", () => {
    const node = (name: string) => ({ apiVersion: "v1", kind: "Node", metadata: { name } });
    const { units } = analysisOfObjects([node("n1"), node("n2")]);
    const inside = [...linesOf(units)].flatMap(({ from, to }) =>
      from.kind === "end" && to.kind === "end" ? [`${from.end.id} => ${to.end.id}`] : [],
    );
    assert.deepEqual(inside, ["n1[Node] => n2[Node]", "n2[Node] => n1[Node]"]);
  });

  it("a saved answer is known by what it holds: keys in any order, after a byte order mark", async () => {
    const world = file("world.json", [pod("p"), pod("q"), policy([OWN])]);
    const { stdout } = await captured(() => reach.run([world], { json: true }));
    const { ends, allowed, unknown, warnings } = JSON.parse(stdout) as Record<string, unknown>;
    const turned = JSON.stringify({ allowed, ends, unknown, warnings });
    for (const text of [turned, `\uFEFF${stdout}`, `\uFEFF\n${turned}`]) {
      const { code, stdout: said } = await captured(() =>
        diff.run(file("saved.json", text), world, { failOn: "gained" }),
      );
      assert.deepEqual({ code, stdout: said }, { code: 0, stdout: "no connection gained or lost\n" });
    }
    for (const part of [{ ends }, { allowed }, { version: 1, verdict: "error", error: {} }]) {
      const half = await captured(() => diff.run(world, file("half.json", JSON.stringify(part)), {}));
      assert.deepEqual({ code: half.code, stdout: half.stdout }, { code: 2, stdout: "" });
    }
  });

  it("addresses outside are split by rules that somebody obeys, and by no others", () => {
    const block = (cidr: string) => [{ from: [{ ipBlock: { cidr } }] }];
    const egress = [{ to: [{ ipBlock: { cidr: "8.8.8.8/32" } }] }];
    const outside = (...objects: readonly object[]) =>
      analysisOfObjects(objects)
        .ends.filter(({ kind }) => kind === "IPBlock")
        .map(({ id }) => id);
    assert.deepEqual(outside(pod("p"), policy([], "a", { egress }), policy(block("9.9.9.9/32"), "empty")), [
      "0.0.0.0/0",
      "::/0",
    ]);
    assert.deepEqual(outside(pod("p"), policy(block("128.0.0.0/1"))), ["0.0.0.0/1", "128.0.0.0/1", "::/0"]);
  });

  it("a block surely holds a pod without address only if it holds every pod range of a family", () => {
    for (const [ranges, verdict] of [
      [["10.0.0.0/16"], "allowed"],
      [["10.0.0.0/24", "10.0.9.0/24"], "allowed"],
      [["10.0.0.0/16", "10.1.0.0/16"], "unknown"],
      [["10.0.0.0/16", "fd00::/64"], "allowed"],
      [["10.1.0.0/16", "10.2.0.0/16"], "blocked"],
    ] as const) {
      const podRanges = ranges.map((cidr) => AddressSet.of(cidr));
      const analysis = analysisOfObjects([pod("p"), pod("q"), policy([TEN])], { podRanges });
      const [p, q] = ["p", "q"].map((name) => analysis.ends.find((end) => end.name === name));
      assert.ok(p !== undefined && q !== undefined);
      assert.equal(ask(analysis, q, p, "TCP", 80), verdict, ranges.join());
    }
  });
});
