import type { TwinPod, TwinWorld } from "../../twin/world";
import { podOf, remembered, type View, viewOfAll } from "./question";

/** Where an implementation does something else than the API's words say: what it sees instead of a question. */
export interface OpinionDeparture {
  readonly name: string;
  readonly what: string;
  /** Version, and where it is in the source. */
  readonly reference: string;
  readonly view: View;
}

/** Sidecars' ports have no names. */
export const mainContainersOnly = viewOfAll({ pod: (pod) => ({ ...pod, sidecarPorts: [] }) });

/** A pod that asks about itself is asked about another such pod. */
const copied = remembered((world: TwinWorld, pod: TwinPod): TwinWorld => ({
  ...world,
  pods: [...world.pods, { ...pod, name: `${pod.name}-again` }],
}));
export const notSparingItself: View = (question) => {
  const { world, from, to } = question;
  const pod = podOf(world, from);
  if (pod === undefined || pod !== podOf(world, to)) return question;
  return {
    ...question,
    world: copied(world, pod),
    to: { namespace: pod.namespace, name: `${pod.name}-again` },
  };
};

/** Nodes as hosts elsewhere: no pod is on them. */
export const notSparingNodes = viewOfAll({
  pod: (pod) => (pod.hostNetwork === true ? { ...pod, node: `host of ${pod.node ?? ""}` } : pod),
});

/** kube-network-policies v1.1.1, the reference implementation's evaluator. */
export const referenceDepartures: readonly OpinionDeparture[] = [
  {
    name: "own-node",
    what: "What a pod exchanges with its own node is judged like all else. The API's words spare it always.",
    reference:
      "v1.1.1, pkg/networkpolicy/networkpolicy.go: EvaluateIngress and EvaluateEgress don't ask where a pod runs",
    view: notSparingNodes,
  },
  {
    name: "self",
    what: "A pod's packets to itself are judged; in a cluster they don't leave the pod.",
    reference: "v1.1.1, pkg/networkpolicy/engine.go: EvaluatePacket",
    view: notSparingItself,
  },
  {
    name: "sidecar-names",
    what: "Names of ports are those of `spec.containers`, without sidecars; the API means these too (kubernetes#125285).",
    reference: "v1.1.1, pkg/api/helper.go: NewPodInfo",
    view: mainContainersOnly,
  },
];
