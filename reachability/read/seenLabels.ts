import { hiddenByCilium } from "./cni";
import type { KnownLabels } from "../../kubernetes";
import type { PodShape, World } from "./world";

/** A pod's labels as selectors of policies see them: Cilium leaves some out. */
export function seenLabels({ cni }: Pick<World, "cni">, { labels }: PodShape): KnownLabels {
  if (cni !== "cilium") return labels;
  return { ...labels, known: new Map([...labels.known].filter(([key]) => !hiddenByCilium(key))) };
}
