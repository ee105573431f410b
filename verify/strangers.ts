import type { PlacedApplication } from "../config";
import { chosenPodsEnd, instanceEnd, podsEnd, type Surroundings } from "./ends";
import { carries } from "./pods";
import type { QuestionEnd } from "./question";

/** A source that nobody declares, and why it must not get in. */
export interface Stranger {
  readonly end: QuestionEnd;
  readonly because: string;
}

/** How to have a pod that isn't there. */
const START = "start one: kubectl run NAME --image=IMAGE -n NAMESPACE -- sleep 600";

/**
 * Pods of namespaces that the application has nothing to do with. Those without policies of their own come first: a pod
 * that may not leave its own namespace proves nothing about this one.
 */
export function strangerEnd({ application, placement }: PlacedApplication, world: Surroundings): QuestionEnd {
  const { cluster, neighbours, pods, isolated } = world;
  const named = application.flows
    .flatMap(({ from, to }) => [from, to])
    .flatMap((end) => (end.kind === "pods" ? [end.namespace] : []));
  const known = new Set([
    placement.namespace,
    cluster.dns.namespace,
    ...Object.values(cluster.platform).map(({ namespace }) => namespace),
    ...neighbours.map(({ namespace }) => namespace),
    ...named,
  ]);
  const others = pods.filter(({ namespace }) => !known.has(namespace));
  const open = others.filter(({ namespace }) => !isolated.has(namespace));
  const end = podsEnd(
    "a stranger",
    open.length > 0 ? open : others,
    "a namespace that the application doesn't know",
  );
  return end.kind === "missing" ? { ...end, cause: `${end.cause}; ${START}` } : end;
}

/** A pod of the application's namespace that is none of its workloads'. */
export function unlabelledEnd(
  { application, placement }: PlacedApplication,
  { pods }: Surroundings,
): QuestionEnd | undefined {
  const all = application.workloads.flatMap(({ instances }) => instances);
  const found = pods.filter(
    (pod) => pod.namespace === placement.namespace && !all.some(({ labels }) => carries(pod, labels)),
  );
  return found.length === 0 ? undefined : podsEnd("an unlabelled pod", found, placement.namespace);
}

/** Everybody beside the application's own workloads who might try. */
export function strangersOf(placed: PlacedApplication, world: Surroundings): Stranger[] {
  const { application, placement } = placed;
  const unlabelled = unlabelledEnd(placed, world);
  const services = Object.entries(world.cluster.platform).map(([name, { namespace, pods }]) => ({
    end: chosenPodsEnd(name, namespace, pods, world),
    because: `${name} has no flow there`,
  }));
  const tenants = world.neighbours
    .filter(({ namespace }) => namespace !== placement.namespace)
    .flatMap((neighbour) =>
      neighbour.application.workloads
        .flatMap(({ instances }) => instances)
        .slice(0, 1)
        .map((instance) => ({
          end: instanceEnd(neighbour.application, instance, neighbour.namespace, world, false),
          because: `${neighbour.application.name} is another tenant of this cluster`,
        })),
    );
  return [
    ...(unlabelled === undefined
      ? []
      : [
          {
            end: unlabelled,
            because: `a pod that carries no labels of ${application.name}'s workloads has no flow`,
          },
        ]),
    {
      end: strangerEnd(placed, world),
      because: `another namespace has no flow into ${placement.namespace}`,
    },
    ...tenants,
    ...services.filter(({ end }) => end.kind === "pods"),
  ];
}
