import { AddressSet } from "../net/addressSet";
import { type Address, cidrAround, parseAddress, width } from "../net/cidr";
import { PROTOCOLS } from "../net/ports";
import type { FieldReader, Fields } from "./fields";
import { readLabels } from "./labels";
import { type Place, under } from "./problems";
import { UNKNOWN, type Unknown } from "./unknown";
import { type PodShape, WORKLOAD_KINDS, type WorkloadKind } from "./world";

/** Where a kind keeps its pod template. A Pod is its own. */
const TEMPLATES: Readonly<Record<WorkloadKind, readonly string[]>> = {
  Pod: [],
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  ReplicationController: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
};

/** Labels that a kind's controller adds to its pods, with a value that a manifest doesn't show. */
const ADDED: Readonly<Record<WorkloadKind, readonly string[]>> = {
  Pod: [],
  Deployment: ["pod-template-hash"],
  StatefulSet: [
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller-revision-hash",
  ],
  DaemonSet: ["controller-revision-hash", "pod-template-generation"],
  ReplicaSet: [],
  ReplicationController: [],
  Job: ["controller-uid", "batch.kubernetes.io/controller-uid"],
  CronJob: [
    "job-name",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "batch.kubernetes.io/controller-uid",
  ],
};

const NOTHING_KNOWN: PodShape = {
  labels: { known: new Map(), complete: false },
  hostNetwork: UNKNOWN,
  namedPorts: [],
  portsComplete: false,
  addresses: undefined,
  node: undefined,
  serviceAccount: UNKNOWN,
};

/** Reads the pod that a Pod or a workload describes. */
export function readShape(fields: FieldReader, object: Fields, kind: WorkloadKind, name: string): PodShape {
  const path = TEMPLATES[kind];
  let template: Fields | Unknown | undefined = object;
  for (const [depth, step] of path.entries()) {
    template = fields.map(template[step], path.slice(0, depth + 1)) ?? {};
    if (template === UNKNOWN) return NOTHING_KNOWN;
  }
  const metadata = fields.map(template["metadata"], under(path, "metadata")) ?? {};
  const labels =
    metadata === UNKNOWN
      ? NOTHING_KNOWN.labels
      : readLabels(
          fields,
          metadata["labels"],
          under(under(path, "metadata"), "labels"),
          addedLabels(kind, name),
        );
  const spec = fields.map(template["spec"], under(path, "spec")) ?? {};
  if (spec === UNKNOWN) return { ...NOTHING_KNOWN, labels };
  const hostNetwork = fields.boolean(spec["hostNetwork"], under(under(path, "spec"), "hostNetwork")) ?? false;
  const node = fields.string(spec["nodeName"], under(under(path, "spec"), "nodeName"));
  return {
    labels,
    hostNetwork,
    ...readNamedPorts(fields, spec, under(path, "spec")),
    addresses: kind === "Pod" ? readAddresses(fields, object, hostNetwork) : undefined,
    node: node === UNKNOWN || node === "" ? undefined : node,
    serviceAccount:
      fields.string(spec["serviceAccountName"] ?? spec["serviceAccount"], [
        ...path,
        "spec",
        "serviceAccountName",
      ]) ?? "default",
  };
}

type LabelEntries = readonly (readonly [string, string | Unknown])[];

const ADDED_LABELS: ReadonlyMap<WorkloadKind, LabelEntries> = new Map(
  WORKLOAD_KINDS.map((kind) => [kind, ADDED[kind].map((key) => [key, UNKNOWN] as const)]),
);

/** What a kind's controller puts on its pods besides the template's labels. */
function addedLabels(kind: WorkloadKind, name: string): LabelEntries {
  const entries = ADDED_LABELS.get(kind) ?? [];
  return kind === "Job" ? [...entries, ["job-name", name], ["batch.kubernetes.io/job-name", name]] : entries;
}

type NamedPorts = Pick<PodShape, "namedPorts" | "portsComplete">;
const SOME_UNKNOWN: NamedPorts = { namedPorts: [], portsComplete: false };
const NONE: NamedPorts = { namedPorts: [], portsComplete: true };

/** Ports that have a name, of containers and of sidecars (init containers that always restart). */
function readNamedPorts(fields: FieldReader, spec: Fields, path: Place): NamedPorts {
  const each = (field: string) =>
    readEach(fields, spec[field], under(path, field), (container, at) =>
      field === "initContainers" && container["restartPolicy"] !== "Always"
        ? NONE
        : readEach(fields, container["ports"], under(at, "ports"), (port, place) =>
            readNamedPort(fields, port, place),
          ),
    );
  return joined([each("containers"), each("initContainers")]);
}

function readEach(
  fields: FieldReader,
  value: unknown,
  path: Place,
  read: (item: Fields, path: Place) => NamedPorts,
): NamedPorts {
  const list = fields.list(value, path);
  if (list === undefined) return NONE;
  if (list === UNKNOWN) return SOME_UNKNOWN;
  return joined(
    list.map((one, i) => {
      const item = fields.map(one, under(path, i)) ?? {};
      return item === UNKNOWN ? SOME_UNKNOWN : read(item, under(path, i));
    }),
  );
}

const joined = (parts: readonly NamedPorts[]): NamedPorts => ({
  namedPorts: parts.flatMap(({ namedPorts }) => namedPorts),
  portsComplete: parts.every(({ portsComplete }) => portsComplete),
});

function readNamedPort(fields: FieldReader, port: Fields, path: Place): NamedPorts {
  const name = fields.string(port["name"], under(path, "name"));
  if (name === undefined || name === "") return NONE;
  const { containerPort, protocol = "TCP" } = port;
  if (name === UNKNOWN || containerPort === UNKNOWN || protocol === UNKNOWN) return SOME_UNKNOWN;
  const known = PROTOCOLS.find((one) => one === (protocol ?? "TCP"));
  if (known === undefined || typeof containerPort !== "number") {
    fields.problem(path, `port "${name}" needs a number as containerPort and one of ${PROTOCOLS.join(", ")}`);
    return NONE;
  }
  return { namedPorts: [{ name, protocol: known, port: containerPort }], portsComplete: true };
}

/** `status.podIPs` and `status.podIP`; a hostNetwork pod's are its node's, which `status.hostIP` gives too. */
function readAddresses(
  fields: FieldReader,
  pod: Fields,
  hostNetwork: boolean | Unknown,
): AddressSet | undefined {
  const status = fields.map(pod["status"], ["status"]);
  if (status === undefined || status === UNKNOWN) return undefined;
  const listed = (field: string) => {
    const list = fields.list(status[field], ["status", field]);
    return Array.isArray(list) ? list.map((one: unknown) => (one as { ip?: unknown } | null)?.ip) : [];
  };
  const texts = [...listed("podIPs"), status["podIP"]];
  if (hostNetwork === true) texts.push(...listed("hostIPs"), status["hostIP"]);
  const addresses = texts.flatMap((text): Address[] => {
    if (typeof text !== "string" || text === "") return [];
    const address = parseAddress(text);
    if (address === undefined) fields.problem(["status"], `"${text}" is no IP address`);
    return address === undefined ? [] : [address];
  });
  if (addresses.length === 0) return undefined;
  return AddressSet.of(...addresses.map((address) => cidrAround(address, width(address.family))));
}
