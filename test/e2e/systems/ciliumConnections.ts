import { strict as assert } from "node:assert";
import { HeldConnection } from "../bench/held";
import type { KubeObject } from "../kube/client";
import type { CiliumStage } from "./cilium";

/** A namespace without policies of the system's own. */
const namespace = "elsewhere";

const ingress = (name: string, rules?: readonly object[]): KubeObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ...(rules && { ingress: rules }) },
});

const denied = ingress("denied");
const everybody = ingress("denied", [{}]);
const admitted = ingress("admitted", [{ from: [{ namespaceSelector: {} }] }]);
const admittedNoMore = ingress("admitted");

/** What becomes of a connection that is open, by what changes. */
export const connections = [
  { what: "the first policy closes it", before: [], after: [denied], goesOn: false },
  { what: "the first policy admits everybody, as in observe", before: [], after: [everybody], goesOn: true },
  { what: "observe becomes enforce", before: [everybody], after: [denied], goesOn: false },
  {
    what: "a policy that admitted it no longer does",
    ...{ before: [admitted], after: [admittedNoMore], goesOn: false },
  },
  { what: "a policy admits it, where none was", before: [], after: [admitted], goesOn: true },
  { what: "the last policy goes", before: [admitted], after: [], goesOn: true },
] as const;

/** Whether a connection from one node to a pod of the other that one set of policies has admitted goes on under another. */
export async function goesOn(
  on: CiliumStage,
  before: readonly KubeObject[],
  after: readonly KubeObject[],
): Promise<boolean> {
  const { kube } = on.stage.cluster;
  const show = async (policies: readonly KubeObject[]): Promise<void> => {
    const live = await kube.list("networking.k8s.io/v1", "NetworkPolicy", namespace);
    const stays = (object: KubeObject) =>
      policies.some(({ metadata: { name } }) => name === object.metadata.name);
    for (const each of policies) await kube.apply(each);
    for (const each of live.filter((object) => !stays(object))) await kube.remove(each);
    await on.inForce();
  };
  await show(before);
  const [from, to] = [on.stage.end("monitoring/prometheus-0"), on.stage.end(`${namespace}/stranger-1`)];
  const held = await HeldConnection.open(from.host, to.host.address, 443);
  try {
    assert.ok(await held.passes(), "it works before");
    await show(after);
    return await held.passes();
  } finally {
    held.close();
  }
}
