import { type Field, known } from "../values/field";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** Something that puts pods into a namespace. */
export interface WorkloadFact {
  readonly kind: "Workload";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
}

/** The kinds that make pods, by API group. `extensions` is where some of them lived before. */
const KINDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["core", new Set(["Pod", "ReplicationController"])],
  ["apps", new Set(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])],
  ["extensions", new Set(["Deployment", "DaemonSet", "ReplicaSet"])],
  ["batch", new Set(["Job", "CronJob"])],
]);

export const isWorkload = (group: string, kind: string): boolean => KINDS.get(group)?.has(kind) ?? false;

/** Reads one workload of any kind. */
export function readWorkload(kind: string, subject: Subject): WorkloadFact {
  const namespace = namespaceOf(subject);
  return {
    kind: "Workload",
    subject,
    title: describe(kind, [namespace, nameOf(subject)], subject),
    namespace,
  };
}

/** A Helm release whose chart the provider renders itself: its pods aren't seen, but the namespace they go to is. */
export function readHelmRelease(subject: Subject): WorkloadFact {
  const written = subject.object.at("namespace").text();
  const namespace = !written.known
    ? written
    : written.value === undefined || written.value === ""
      ? subject.cluster.defaultNamespace
      : known(written.value);
  return {
    kind: "Workload",
    subject,
    title: describe("Helm release", [namespace, subject.object.at("name").text()], subject),
    namespace,
  };
}
