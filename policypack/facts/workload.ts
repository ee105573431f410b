import { type Cursor, type Field, known, knownTexts, mapField, type Unread, unreadOf } from "../values";
import { type LabelMap, readLabelMap } from "./labelMap";
import { type NodeAccess, readNodeAccess } from "./nodeAccess";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** Something that puts pods into a namespace. */
export interface WorkloadFact {
  readonly kind: "Workload";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
  /** What its pods are like; undefined where a chart that isn't seen says so. */
  readonly pods: PodTemplateFact | undefined;
}

/** The pods that a workload makes, as its template describes them. */
export interface PodTemplateFact {
  readonly labels: LabelMap;
  /** Labels that the kind's controller adds, with values that nobody knows yet. */
  readonly addedLabels: readonly string[];
  /** The ServiceAccount's name: `default` where the template names none. */
  readonly serviceAccount: Field<string>;
  readonly hostNetwork: Field<boolean | undefined>;
  /** The addresses of a Pod that runs; none where its status isn't given. */
  readonly addresses: readonly string[];
  /** What of the node's own the pods take: its network, its processes, its ports, the right to change networks. */
  readonly nodeAccess: readonly NodeAccess[];
  /** The container ports by name, as `TCP/http`; unread where a part of the template that may name some is. */
  readonly namedPorts: Field<ReadonlyMap<string, number>>;
  /** The names among these that init containers have, which sidecars are. */
  readonly sidecarPorts: ReadonlySet<string>;
  /** The container ports that are listed, as `TCP/8080`; a container may listen on others. */
  readonly listedPorts: Field<ReadonlySet<string>>;
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
export const WORKLOAD_KINDS: readonly (readonly [group: string, kind: string])[] = [
  ["core", "Pod"],
  ["core", "ReplicationController"],
  ["apps", "Deployment"],
  ["apps", "StatefulSet"],
  ["apps", "DaemonSet"],
  ["apps", "ReplicaSet"],
  ["extensions", "Deployment"],
  ["extensions", "DaemonSet"],
  ["extensions", "ReplicaSet"],
  ["batch", "Job"],
  ["batch", "CronJob"],
];

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
      addresses: kind === "Pod" ? addressesOf(subject.object.at("status")) : [],
      nodeAccess: readNodeAccess(spec),
      ...containerPorts(spec),
    },
  };
}

function addressesOf(status: Cursor): readonly string[] {
  const list = status.at("podIPs").list();
  return knownTexts([
    status.at("podIP").text(),
    ...(list.known ? (list.value ?? []) : []).map((one) => one.at("ip").text()),
  ]);
}

/** `serviceAccount` is the older spelling, which the API server copies. */
function serviceAccountOf(spec: Cursor): Field<string> {
  const [name, older] = [spec.at("serviceAccountName").text(), spec.at("serviceAccount").text()];
  if (!name.known || name.value) return mapField(name, (value) => value ?? "");
  return mapField(older, (value) => (value === undefined || value === "" ? "default" : value));
}

/** What the containers list: unread where a part that may name or number a port is. */
function containerPorts(spec: Cursor): Pick<PodTemplateFact, "namedPorts" | "listedPorts" | "sidecarPorts"> {
  const named = new Map<string, number>();
  const sidecarPorts = new Set<string>();
  const listed = new Set<string>();
  const unread = ["containers", "initContainers"].flatMap((list): Unread[] => {
    const containers = spec.at(list).list();
    if (!containers.known) return [containers];
    return (containers.value ?? []).flatMap((container) => {
      const ports = container.at("ports").list();
      if (!ports.known) return [ports];
      return (ports.value ?? []).flatMap((port): Unread[] => {
        const [name, protocol] = [port.at("name").text(), port.at("protocol").text()];
        const number = port.at("containerPort").integer();
        if (!name.known) return [name];
        if (!protocol.known || !number.known) return unreadOf([protocol, number]);
        if (number.value === undefined) return [];
        listed.add(`${protocol.value ?? "TCP"}/${number.value}`);
        if (name.value === undefined || name.value === "") return [];
        const key = `${protocol.value ?? "TCP"}/${name.value}`;
        named.set(key, number.value);
        if (list === "initContainers") sidecarPorts.add(key);
        return [];
      });
    });
  });
  const [first] = unread;
  return { namedPorts: first ?? known(named), listedPorts: first ?? known(listed), sidecarPorts };
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
