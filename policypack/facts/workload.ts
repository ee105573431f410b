import { type Cursor, type Field, known, mapField } from "../values";
import { type LabelMap, readLabelMap } from "./labelMap";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** Something that puts pods into a namespace. */
export interface WorkloadFact {
  readonly kind: "Workload";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
  /** What its pods are like; undefined where a chart that isn't seen says so. */
  readonly pods: Pods | undefined;
}

/** The pods that a workload makes, as its template describes them. */
export interface Pods {
  readonly labels: LabelMap;
  /** Labels that the kind's controller adds, with values that nobody knows yet. */
  readonly addedLabels: readonly string[];
  /** The ServiceAccount's name: `default` where the template names none. */
  readonly serviceAccount: Field<string>;
  readonly hostNetwork: Field<boolean | undefined>;
  /** Where the template says so: `spec.template.spec.hostNetwork`. */
  readonly hostNetworkPath: string;
  /** The container ports by name, as `TCP/http`; unread where a part of the template that may name some is. */
  readonly namedPorts: Field<ReadonlyMap<string, number>>;
}

/** Where a kind keeps its pod template. A Pod is its own. */
const TEMPLATE: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/**
 * Labels that controllers add to pods. Source: Kubernetes docs, "Well-Known Labels, Annotations and Taints", and each
 * controller.
 */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["pod-template-hash"],
  StatefulSet: [
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller-revision-hash",
  ],
  DaemonSet: ["controller-revision-hash", "pod-template-generation"],
  Job: ["job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid"],
  CronJob: [
    "job-name",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
  ],
};

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
  const path = TEMPLATE[kind] ?? ["spec", "template"];
  const template = path.reduce((place, key) => place.at(key), subject.object);
  const spec = template.at("spec");
  return {
    kind: "Workload",
    subject,
    title: describe(kind, [namespace, nameOf(subject)], subject),
    namespace,
    pods: {
      labels: readLabelMap(template.at("metadata").at("labels")),
      addedLabels: ADDED[kind] ?? [],
      serviceAccount: serviceAccountOf(spec),
      hostNetwork: spec.at("hostNetwork").boolean(),
      hostNetworkPath: spec.at("hostNetwork").path,
      namedPorts: namedPorts(spec),
    },
  };
}

/** `serviceAccount` is the older spelling, which the API server copies. */
function serviceAccountOf(spec: Cursor): Field<string> {
  const [name, older] = [spec.at("serviceAccountName").text(), spec.at("serviceAccount").text()];
  if (!name.known || name.value) return mapField(name, (value) => value ?? "");
  return mapField(older, (value) => (value === undefined || value === "" ? "default" : value));
}

function namedPorts(spec: Cursor): Pods["namedPorts"] {
  const found = new Map<string, number>();
  for (const list of ["containers", "initContainers"]) {
    const containers = spec.at(list).list();
    if (!containers.known) return containers;
    for (const container of containers.value ?? []) {
      const ports = container.at("ports").list();
      if (!ports.known) return ports;
      for (const port of ports.value ?? []) {
        const [name, protocol] = [port.at("name").text(), port.at("protocol").text()];
        const number = port.at("containerPort").integer();
        if (!name.known) return name;
        if (name.value === undefined || name.value === "") continue;
        if (!protocol.known) return protocol;
        if (!number.known) return number;
        if (number.value !== undefined) found.set(`${protocol.value ?? "TCP"}/${name.value}`, number.value);
      }
    }
  }
  return known(found);
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
    pods: undefined,
  };
}
