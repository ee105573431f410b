// Tests: test/reachability/compute/k3s.test.ts
import { type Selector, matches } from "../../kubernetes";
import type { PodShape, World } from "./world";

/**
 * The pods that a selector selects, surely or perhaps; all of them where it is undefined. Pods in their node's network are
 * never selected.
 * @param namespaces a namespace's name, or a selector of some.
 */
export function podsOf(
  world: Pick<World, "namespaces" | "workloads">,
  namespaces: string | Selector,
  pods: Selector | undefined,
): readonly PodShape[] {
  const home = (name: string): boolean => {
    if (typeof namespaces === "string") return name === namespaces;
    const labels = world.namespaces.get(name);
    return labels !== undefined && matches(namespaces, labels) !== "no";
  };
  return world.workloads.flatMap(({ namespace, variants }) =>
    home(namespace)
      ? variants.filter(
          ({ hostNetwork, labels }) =>
            hostNetwork !== true && (pods === undefined || matches(pods, labels) !== "no"),
        )
      : [],
  );
}
