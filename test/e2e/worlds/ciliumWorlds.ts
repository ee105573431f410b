import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { podGateway } from "../bench/ciliumAgent";
import { say } from "../machine/progress";
import { cellText, observe, type Verdict } from "../matrix/cells";
import { Prediction } from "../matrix/prediction";
import { ciliumDepartures, wholeBlocksAndNodes } from "../opinions/ciliumDepartures";
import type { OpinionEnd } from "../opinions/cells";
import type { PlacedWorld } from "../opinions/placedWorld";
import { verdictOf } from "../opinions/question";
import { manifestsOf } from "../../twin/manifests";
import type { TwinWorld } from "../../twin/world";
import type { CiliumEnd, CiliumWorldStage } from "./ciliumStage";
import { blocksWorld } from "./blocksWorld";
import { randomWorld } from "./randomWorld";

const asOpinion = ({ known, host }: CiliumEnd): OpinionEnd => ({ ...known, ips: [host.address] });

/** Whether an end is a pod that runs on the node that another one is. */
const runsOn = ({ pods }: TwinWorld, { known: pod }: CiliumEnd, { known: node }: CiliumEnd): boolean =>
  "name" in pod &&
  "node" in node &&
  pods.some((each) => each.namespace === pod.namespace && each.name === pod.name && each.node === node.node);

/**
 * Shows a world and compares every cell: analyzer, brute-force twin with Cilium's departures, packets; returns what differs.
 * @param shown what is shown in its place: for a mistake that must show
 */
async function differences(
  stage: CiliumWorldStage,
  world: TwinWorld,
  shown?: TwinWorld,
): Promise<readonly string[]> {
  const { cidrMatch, cluster } = stage;
  const nodes = cluster.nodes.map(({ name, address }) => ({ name, ips: [address] }));
  const placed: PlacedWorld = { running: world, told: world, nodes, nodesTold: true };
  // What a pod's own node is to blocks that match nodes: all its addresses at once, of which the analyzer is told one.
  const withAll = nodes.map(({ name, ips }) => ({ name, ips: [...ips, podGateway] }));
  const ownNodeWhole: PlacedWorld = { ...placed, nodes: withAll };
  const objects = [
    ...manifestsOf(world),
    ...nodes.map(({ name, ips }) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      status: { addresses: ips.map((address) => ({ type: "InternalIP", address })) },
    })),
  ];
  const prediction = new Prediction(objects, { cni: "cilium", cilium: { cidrMatch, sctp: false } });
  const asWritten = new Prediction(objects);
  const undone = new Set(cidrMatch.map((what) => `blocks-and-${what}`));
  const departures = ciliumDepartures.filter(({ name }) => !undone.has(name));
  if (cidrMatch.includes("nodes") && !cidrMatch.includes("pods")) departures.push(wholeBlocksAndNodes);
  const views = departures.map(({ view }) => view);
  const wrong: string[] = [];
  let [departing, open] = [0, 0];
  const expectations = stage.cells().map((cell) => {
    const { from, to, port } = cell;
    const protocol = cell.protocol === "tcp" ? "TCP" : "UDP";
    const answer = prediction.answer(from.known, to.known, cell.protocol, port);
    const asked = { from: asOpinion(from), to: asOpinion(to), protocol, port } as const;
    const isOwnNode = cidrMatch.includes("nodes") && runsOn(world, from, to);
    const twin = verdictOf(isOwnNode ? ownNodeWhole : placed, asked, views);
    if (twin !== answer && !(isOwnNode && answer === "unknown"))
      wrong.push(`${cellText(cell)}: the twin says ${twin}, and not ${answer}`);
    if (answer === "unknown") open++;
    const expected: Verdict = twin === "allowed" ? "allowed" : "blocked";
    if (asWritten.verdict(from.known, to.known, cell.protocol, port) !== expected) departing++;
    return { cell, expected };
  });
  await stage.show(shown ?? world);
  const observed = await observe(
    bench().prober,
    expectations.map(({ cell }) => cell),
    "silent",
    (_, i) => expectations[i]?.expected === "allowed",
  );
  const different = expectations.filter(({ expected }, i) => observed[i]?.observed !== expected);
  if (shown !== undefined) return different.map(({ cell }) => cellText(cell));
  bench().count("Cilium cells compared", expectations.length);
  bench().count("cells where Cilium departs, as predicted", departing);
  bench().count("cells that hang on addresses of nodes which no Node lists, so unknown", open);
  bench().count("Cilium differences", wrong.length + different.length);
  return [
    ...wrong,
    ...different.map(({ cell, expected }) => `${cellText(cell)}: expected ${expected}, observed otherwise`),
  ];
}

/** How many worlds have the same labels: an agent tells those of other nodes at most every ten seconds who a pod is now. */
const labelsLast = 70;

/** How many worlds there are, where the command line doesn't say. */
const usual = 200;

/** A part of all random worlds, from 0 to 1: where it begins and ends. */
export type Part = readonly [from: number, to: number];

/** The numbers of a part's worlds; the only one, where the command line names it. */
function numbersOf([from, to]: Part): readonly number[] {
  const { worlds = usual, world: only } = bench().options;
  const all = Array.from({ length: worlds }, (_, i) => i + 1);
  return only === undefined ? all.slice(Math.ceil(worlds * from), Math.ceil(worlds * to)) : [only];
}

/** A random world by its number. */
function worldOf(stage: CiliumWorldStage, number: number): TwinWorld {
  const { seed } = bench().options;
  const { namespaces, pods } = randomWorld(seed, Math.ceil(number / labelsLast));
  return stage.worldHere({ namespaces, pods, networkPolicies: randomWorld(seed, number).networkPolicies });
}

/** A part's first world, without policies. */
export function emptyWorld(stage: CiliumWorldStage, part: Part): TwinWorld {
  const [first = 1] = numbersOf(part);
  return { ...worldOf(stage, first), networkPolicies: [] };
}

/** A part's first world, with policies whose rules name addresses only. */
const withBlocks = (stage: CiliumWorldStage, part: Part): TwinWorld => ({
  ...emptyWorld(stage, part),
  networkPolicies: blocksWorld(stage.cluster).networkPolicies,
});

/** Every cell where policies name addresses only. @throws AssertionError with what differs */
export async function compareCiliumBlocks(stage: CiliumWorldStage, part: Part): Promise<void> {
  assert.deepEqual(await differences(stage, withBlocks(stage, part)), []);
}

/** The same policy left out, and wider than it is said to be. @throws AssertionError where one doesn't show */
export async function mistakesShow(stage: CiliumWorldStage, part: Part): Promise<void> {
  const world = withBlocks(stage, part);
  const [policy] = world.networkPolicies;
  assert.ok(policy);
  const wider = { ...policy, spec: { ...policy.spec, ingress: [{}], egress: [{}] } };
  for (const [what, networkPolicies] of [
    ["left out", []],
    ["wider", [wider]],
  ] as const)
    assert.notEqual((await differences(stage, world, { ...world, networkPolicies })).length, 0, what);
}

/** Every cell of a part of the random worlds. @throws AssertionError with the first that differ */
export async function compareCiliumWorlds(stage: CiliumWorldStage, part: Part): Promise<void> {
  const { seed, world: only } = bench().options;
  const failures: string[] = [];
  for (const number of numbersOf(part)) {
    const world = worldOf(stage, number);
    const different = await differences(stage, world);
    bench().count("Cilium random worlds", 1);
    if (different.length > 0) {
      failures.push(
        `world ${number}: ${different.length} cells; rerun: npm run e2e -- --only ciliumWorlds --seed ${seed} --world ${number}`,
        ...different.slice(0, 12).map((line) => `  ${line}`),
      );
      if (only !== undefined) say(JSON.stringify(world, undefined, 1));
    }
    if (number % 20 === 0) say(`${number} random worlds, ${failures.length} lines of differences`);
  }
  assert.equal(failures.length, 0, `\n${failures.slice(0, 120).join("\n")}`);
}
