// Tests: test/reachability/evidence/cni.test.ts
import { hiddenByCilium, hiddenOfNamespace } from "./cni";
import type { KnownLabels } from "../../kubernetes";
import type { PodShape, World } from "./world";

type Plugin = Pick<World, "cni">;

/** A pod's labels as selectors of policies see them: Cilium leaves some out. */
export const seenLabels = (world: Plugin, { labels }: PodShape): KnownLabels =>
  without(world, labels, hiddenByCilium);

/** The same of a namespace. */
export const seenNamespace = (world: Plugin, labels: KnownLabels): KnownLabels =>
  without(world, labels, hiddenOfNamespace);

const without = ({ cni }: Plugin, labels: KnownLabels, isHidden: (key: string) => boolean): KnownLabels =>
  cni === "cilium" && [...labels.known.keys()].some(isHidden)
    ? { ...labels, known: new Map([...labels.known].filter(([key]) => !isHidden(key))) }
    : labels;
