// Tests: test/reachability/read/owners.test.ts
import { type Address, AddressSet, cidrAround, MAX_PORT, parseAddress, PROTOCOLS, width } from "../../net";
import type { FieldReader, Fields } from "./fields";
import { readLabels } from "./readLabels";
import { type FieldPlace, under } from "./problems";
import { isPort, UNKNOWN, type Unknown } from "../../kubernetes";
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

/** A pod of which nothing is known. */
export const NOTHING_KNOWN: PodShape = {
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
  let path: FieldPlace = [];
  let template: Fields | Unknown | undefined = object;
  for (const step of TEMPLATES[kind]) {
    path = under(path, step);
    template = fields.map(template[step], path) ?? {};
    if (template === UNKNOWN) return NOTHING_KNOWN;
  }
  const shape = readTemplate(fields, template, path, addedLabels(kind, name));
  return kind === "Pod" ? { ...shape, addresses: readAddresses(fields, object, shape.hostNetwork) } : shape;
}

/** Reads a pod template, or what of a Pod is like one. `added` are labels that its controller puts on its pods. */
export function readTemplate(
  fields: FieldReader,
  template: Fields,
  path: FieldPlace,
  added: LabelEntries,
): PodShape {
  const about = under(path, "metadata");
  const metadata = fields.map(template["metadata"], about) ?? {};
  const labels =
    metadata === UNKNOWN
      ? NOTHING_KNOWN.labels
      : readLabels(fields, metadata["labels"], under(about, "labels"), added);
  const inside = under(path, "spec");
  const spec = fields.map(template["spec"], inside) ?? {};
  if (spec === UNKNOWN) return { ...NOTHING_KNOWN, labels };
  const hostNetwork = fields.boolean(spec["hostNetwork"], under(inside, "hostNetwork")) ?? false;
  const node = fields.string(spec["nodeName"], under(inside, "nodeName"));
  const account = spec["serviceAccountName"] ?? spec["serviceAccount"];
  const { namedPorts, portsComplete } = readNamedPorts(fields, spec, inside);
  return {
    labels,
    hostNetwork,
    namedPorts,
    portsComplete,
    addresses: undefined,
    node: node === UNKNOWN || node === "" ? undefined : node,
    serviceAccount: fields.string(account, under(inside, "serviceAccountName")) ?? "default",
  };
}

/** Labels by key; a value may not be known. */
export type LabelEntries = readonly (readonly [string, string | Unknown])[];

const ADDED_LABELS: ReadonlyMap<WorkloadKind, LabelEntries> = new Map(
  WORKLOAD_KINDS.map((kind) => [kind, ADDED[kind].map((key) => [key, UNKNOWN] as const)]),
);

/** What a kind's controller puts on its pods besides the template's labels. */
function addedLabels(kind: WorkloadKind, name: string): LabelEntries {
  const entries = ADDED_LABELS.get(kind) ?? [];
  return kind === "Job" ? [...entries, ["job-name", name], ["batch.kubernetes.io/job-name", name]] : entries;
}

/** Named ports in the making. */
interface NamedPorts {
  namedPorts: PodShape["namedPorts"][number][];
  portsComplete: boolean;
}

/** Ports that have a name, of containers and of sidecars (init containers that always restart). */
function readNamedPorts(fields: FieldReader, spec: Fields, path: FieldPlace): NamedPorts {
  const found: NamedPorts = { namedPorts: [], portsComplete: true };
  readContainers(fields, spec, "containers", path, found);
  readContainers(fields, spec, "initContainers", path, found);
  return found;
}

function readContainers(
  fields: FieldReader,
  spec: Fields,
  name: "containers" | "initContainers",
  path: FieldPlace,
  found: NamedPorts,
): void {
  const above = under(path, name);
  const list = fields.list(spec[name], above);
  if (list === undefined) return;
  if (list === UNKNOWN) {
    found.portsComplete = false;
    return;
  }
  for (let i = 0; i < list.length; i++) {
    const place = under(above, i);
    const container = fields.map(list[i], place);
    if (container === UNKNOWN) found.portsComplete = false;
    else if (container !== undefined && (name === "containers" || container["restartPolicy"] === "Always"))
      readContainer(fields, container["ports"], under(place, "ports"), found, name === "initContainers");
  }
}

function readContainer(
  fields: FieldReader,
  value: unknown,
  path: FieldPlace,
  found: NamedPorts,
  sidecar: boolean,
): void {
  const list = fields.list(value, path);
  if (list === undefined) return;
  if (list === UNKNOWN) {
    found.portsComplete = false;
    return;
  }
  for (let i = 0; i < list.length; i++) {
    const place = under(path, i);
    const port = fields.map(list[i], place);
    if (port === UNKNOWN) found.portsComplete = false;
    else if (port !== undefined) readNamedPort(fields, port, place, found, sidecar);
  }
}

function readNamedPort(
  fields: FieldReader,
  port: Fields,
  path: FieldPlace,
  found: NamedPorts,
  sidecar: boolean,
): void {
  const name = fields.string(port["name"], under(path, "name"));
  if (name === undefined || name === "") return;
  const containerPort = port["containerPort"];
  // Here, unlike in a policy, the API server takes an empty text for the default.
  const protocol = port["protocol"] === "" ? "TCP" : (port["protocol"] ?? "TCP");
  if (name === UNKNOWN || containerPort === UNKNOWN || protocol === UNKNOWN) {
    found.portsComplete = false;
    return;
  }
  const known = PROTOCOLS.find((one) => one === protocol);
  if (known === undefined || !isPort(containerPort)) {
    fields.problem(
      path,
      `port "${name}" needs a containerPort of 1-${MAX_PORT} and one of ${PROTOCOLS.join(", ")}`,
    );
    return;
  }
  found.namedPorts.push({
    name,
    protocol: known,
    port: containerPort,
    ...(sidecar ? { sidecar } : {}),
  });
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
    if (address === undefined) fields.problem(["status"], `"${text}" isn't an IP address`);
    return address === undefined ? [] : [address];
  });
  if (addresses.length === 0) return undefined;
  return AddressSet.of(...addresses.map((address) => cidrAround(address, width(address.family))));
}
