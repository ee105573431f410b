import { type Application, formatReference, type WorkloadReference } from "../../flows";
import type { ResolvedPods } from "./peer";

/** The pods of workloads and instances as peers: one object for each, however many flows name it. */
export class WorkloadPods {
  private readonly known = new Map<Application, ReadonlyMap<string, ResolvedPods>>();

  /** Undefined where the application, which runs in this namespace, has no such workload or instance. */
  find(application: Application, namespace: string, end: WorkloadReference): ResolvedPods | undefined {
    const found = this.known.get(application) ?? podsOf(application, namespace);
    this.known.set(application, found);
    return found.get(formatReference(end));
  }
}

const podsOf = ({ workloads }: Application, namespace: string): ReadonlyMap<string, ResolvedPods> =>
  new Map(
    workloads.flatMap(({ name, labels, instances }) => [
      ...instances.map(
        (instance) =>
          [formatReference(instance), { kind: "pods", namespace, pods: instance.labels }] as const,
      ),
      [name, { kind: "pods", namespace, pods: labels }] as const,
    ]),
  );
