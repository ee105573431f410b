import { strict as assert } from "node:assert";
import { bench } from "../bench/bench";
import { HeldConnection } from "../bench/held";
import type { EnforcingMode } from "../bench/vpcCni";
import { probeOf } from "../matrix/cells";
import type { TwinPod, TwinPolicy, TwinWorld } from "../../twin/world";
import { caseWorld } from "./vpcCniCases/observed";
import { app, inA, ingress } from "./vpcCniCases/case";
import type { WorldEnd } from "./stage";
import type { VpcCniWorldStage } from "./vpcCniStage";

const worldOf = (...policies: readonly TwinPolicy[]): TwinWorld =>
  caseWorld({ what: "", policies, rules: [], open: [] });
const denied = inA({ podSelector: {}, policyTypes: ["Ingress"] }, "denied");
const everybody = inA({ podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] }, "denied");
const admitted = ingress({ from: [app("api")] });

/** Whether a connection from w-a/p1 to w-a/p0 that one set of policies has admitted goes on under another. */
export async function goesOn(
  stage: VpcCniWorldStage,
  before: readonly TwinPolicy[],
  after: readonly TwinPolicy[],
): Promise<boolean> {
  await stage.show(worldOf(...before));
  const { host } = stage.end("w-a/p0");
  const held = await HeldConnection.open(stage.end("w-a/p1").host, host.address, 80);
  try {
    assert.ok(await held.passes(), "it works before");
    await stage.agents.enforce(stage.objectsOf(worldOf(...after)));
    return await held.passes();
  } finally {
    held.close();
  }
}

/** What becomes of a connection that is open, by what changes. */
export const connections = [
  { what: "the first policy closes it", before: [], after: [denied], goesOn: false },
  { what: "the first policy admits everybody, as in observe", before: [], after: [everybody], goesOn: true },
  { what: "observe becomes enforce", before: [everybody], after: [denied], goesOn: true },
  { what: "a policy that admitted it no longer does", before: [admitted], after: [ingress()], goesOn: true },
  { what: "another policy isolates, and none admits it", before: [admitted], after: [denied], goesOn: true },
  { what: "a policy admits it, where none was", before: [], after: [admitted], goesOn: true },
  { what: "the last policy goes", before: [admitted], after: [], goesOn: true },
] as const;

/** Pods that have started since the stage was built. */
const late: TwinPod[] = [];

/** Whether a stranger's new connections reach a pod: when it has just started, and when its policies have come. */
export async function reachedWhenNew(
  stage: VpcCniWorldStage,
  name: string,
  mode: EnforcingMode,
): Promise<readonly [started: boolean, enforced: boolean]> {
  const world = worldOf(denied);
  const enforce = () =>
    stage.agents.enforce(stage.objectsOf({ ...world, pods: [...world.pods, ...late] }), mode);
  await enforce();
  const ips = [`10.42.0.${100 + late.length}`] as const;
  const pod = { namespace: "w-a", name, ips, node: "a", labels: { app: "late" } };
  const end = await stage.start(pod, mode);
  const started = await isReached(stage.end("internet"), end);
  late.push(pod);
  await enforce();
  await stage.agents.forget();
  return [started, await isReached(stage.end("internet"), end)];
}

async function isReached(from: WorldEnd, to: WorldEnd): Promise<boolean> {
  const [seen] = await bench().prober.probe([probeOf({ from, to, protocol: "tcp", port: 80 })]);
  assert.notEqual(seen?.verdict, "failed", seen?.detail);
  return seen?.verdict === "connected";
}
