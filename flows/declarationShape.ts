import { quote } from "../problems";
import type {
  Acceptance,
  ApplicationDeclaration,
  BucketDeclaration,
  DatabaseDeclaration,
  FlowDeclaration,
  PortSpec,
  RdsEngine,
  WorkloadDeclaration,
} from "./declaration";
import type { BucketAccessMode, Labels, Peer, PodChoice } from "./peer";
import {
  type FieldReaders,
  type Reader,
  absentAs,
  list,
  number,
  object,
  oneOf,
  oneOrMany,
  optional,
  port,
  reader,
  record,
  required,
  requiredElse,
  strictRecord,
  text,
} from "./shape";

const labels: Reader<Labels> = strictRecord(text);
/** Any text passes as a port here: its syntax is checked with the flow or workload that it belongs to. */
export const portSpec = port as Reader<PortSpec>;
/** Any text passes as an engine here: which there are is checked with the database. */
const engine = text as Reader<RdsEngine>;

const accounts = record(text);
const accountOrAccounts: Reader<string | Record<string, string>> = reader(
  { anyOf: [text.schema, accounts.schema] },
  (value, at) => (typeof value === "object" ? accounts(value, at) : text(value, at)),
);

const workload = object<WorkloadDeclaration>("a workload", {
  labels: absentAs({}, labels),
  ports: optional(record(portSpec)),
  metrics: optional(portSpec),
  instances: optional(record(labels)),
  serviceAccount: optional(accountOrAccounts),
});

const pods: Reader<PodChoice> = reader({ anyOf: [{ const: "every-pod" }, labels.schema] }, (value, at) => {
  if (value === "every-pod") return value;
  if (typeof value !== "string") return labels(value, at);
  at.report(`${quote(value)}selects no pods`, 'Write labels, or "every-pod"');
  return undefined;
});

const kindIs = <K extends string>(kind: K) => required(oneOf("kind of peer", [kind]));

type Kinds = { readonly [K in Peer["kind"]]: FieldReaders<Extract<Peer, { readonly kind: K }>> };

const kinds: Kinds = {
  workload: { kind: kindIs("workload"), workload: required(text) },
  "every-workload": { kind: kindIs("every-workload") },
  application: {
    kind: kindIs("application"),
    application: required(text),
    workload: required(text),
  },
  pods: { kind: kindIs("pods"), namespace: required(text), pods: required(pods) },
  platform: { kind: kindIs("platform"), service: required(text) },
  cidr: { kind: kindIs("cidr"), cidrs: required(list(text)) },
  internet: { kind: kindIs("internet") },
  "kubernetes-api": { kind: kindIs("kubernetes-api") },
  database: { kind: kindIs("database"), database: required(text) },
  bucket: {
    kind: kindIs("bucket"),
    bucket: required(text),
    access: required(oneOf<BucketAccessMode>("bucket access", ["read", "write", "read-write"])),
    prefix: optional(text),
  },
  "cloud-identity": { kind: kindIs("cloud-identity") },
};

const peers = Object.entries(kinds).map(
  ([kind, fields]) => [kind, object(`a ${kind} peer`, fields as FieldReaders<Peer>)] as const,
);
const peerReaders: ReadonlyMap<unknown, Reader<Peer>> = new Map(peers);

const endSchema = { anyOf: [text.schema, ...peers.map(([, { schema }]) => schema)] };

/** One end of a flow: a workload's name, or a peer by its kind. */
const end: Reader<string | Peer> = reader(endSchema, (value, at) => {
  if (typeof value === "string") return value;
  const kind: unknown =
    typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
  const reader = peerReaders.get(kind);
  if (reader !== undefined) return reader(value, at);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    at.report(`${quote(value)} isn't an end of a flow`, "Write a workload's name, or a peer with its kind");
  } else if (kind === undefined) {
    at.report("kind is missing", `Write one of ${Object.keys(kinds).join(", ")}`);
  } else {
    oneOf("kind of peer", Object.keys(kinds))(kind, at.at("kind"));
  }
  return undefined;
});

/** Stands for ends and ports that were there and could not be read: it names nobody, and that isn't a problem of its own. */
export const MALFORMED: never[] = [];

/** Stands for a reason that could not be read. */
const MALFORMED_REASON = "could not be read";

const flowFields: FieldReaders<FlowDeclaration> = {
  from: absentAs([], oneOrMany(end), MALFORMED),
  to: absentAs([], oneOrMany(end), MALFORMED),
  ports: absentAs([], list(portSpec), MALFORMED),
  because: absentAs("", text, MALFORMED_REASON),
  name: optional(oneOrMany(text)),
};

/** One flow, as data. */
export const flowShape: Reader<FlowDeclaration> = object("a flow", flowFields);

/** What a stack may change of a flow; `ends` and `ports` as in a flow. */
export const flowChangeFields: FieldReaders<
  Partial<Pick<FlowDeclaration, "from" | "to" | "ports" | "because">>
> = {
  from: optional(oneOrMany(end)),
  to: optional(oneOrMany(end)),
  ports: optional(list(portSpec)),
  because: optional(text),
};

const acceptance = object<Acceptance>("an acceptance", {
  application: required(text),
  workload: required(text),
  to: required(text),
  ports: absentAs([], list(portSpec), MALFORMED),
  because: absentAs("", text, MALFORMED_REASON),
});

/** An application's declaration with its name, as data. */
export const applicationShape = object<ApplicationDeclaration & { readonly name: string }>("an application", {
  name: requiredElse(text, "unnamed"),
  owner: requiredElse(text, "unknown"),
  workloads: requiredElse(record(workload), {}),
  databases: optional(
    record(object<DatabaseDeclaration>("a database", { engine: required(engine), port: optional(number) })),
  ),
  buckets: optional(record(object<BucketDeclaration>("a bucket", { description: optional(text) }))),
  flows: requiredElse(list(flowShape), []),
  accepts: optional(list(acceptance)),
  names: optional(
    object<{ readonly metrics?: string; readonly dns?: string }>("names", {
      metrics: optional(text),
      dns: optional(text),
    }),
  ),
});
