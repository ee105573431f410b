import { type Fields, isMap } from "../data";
/** How a live object differs from the plan. */
export type Drift =
  | { readonly kind: "missing"; readonly object: string }
  | {
      readonly kind: "changed";
      readonly object: string;
      /** "spec.egress[0].ports", "metadata.labels". */
      readonly field: string;
      readonly planned: string;
      readonly live: string;
      /** What a live list has beyond the planned one's length. */
      readonly beyond?: Beyond;
    }
  | {
      readonly kind: "unexpected";
      readonly object: string;
      /** What it admits beside the plan: lines of a reachability diff; empty: nothing. */
      readonly admits: readonly string[];
    };

/** Items of a live list after as many as the plan has. */
export interface Beyond {
  /** Where the list is, as a JSON pointer: "/spec/securityGroups/groupIds". */
  readonly pointer: string;
  /** The index of the first. */
  readonly from: number;
  readonly items: readonly unknown[];
}

/** One line. */
export function driftText(drift: Drift): string {
  switch (drift.kind) {
    case "missing":
      return `${drift.object}: is missing`;
    case "changed":
      return `${drift.object}: ${drift.field} is ${drift.live}, planned ${drift.planned}`;
    case "unexpected":
      return drift.admits.length === 0
        ? `${drift.object}: isn't in the plan; it admits nothing more`
        : `${drift.object}: isn't in the plan, and admits more: ${drift.admits.slice(0, 5).join("; ")}${drift.admits.length > 5 ? `; … (${drift.admits.length} in all)` : ""}`;
  }
}

/**
 * The command that makes a changed object's rules what is planned, at once; undefined where nothing of them differs. Pulumi doesn't do it:
 * its Kubernetes provider compares lists only as far as the plan goes, so that what somebody has appended isn't a difference to it. Where the
 * plan doesn't know a spec whole, as with the ids of groups that a stack makes, the command takes away what lists have beyond the planned
 * length, and Pulumi sees the rest; undefined where that is nothing.
 * @param unknown as for compareObjects
 */
export function revertCommand(
  object: PlainObject,
  found: readonly Drift[],
  { context, kubeconfig }: { readonly context: string; readonly kubeconfig?: string },
  unknown: unknown,
): string | undefined {
  const name = objectName(object);
  const changed = found.flatMap((each) =>
    each.kind === "changed" && each.object === name && /^spec\b/.test(each.field) ? [each] : [],
  );
  const { spec } = object as { readonly spec?: unknown };
  if (changed.length === 0 || spec === undefined) return undefined;
  const steps = holds(spec, unknown)
    ? changed.flatMap(({ beyond }) => (beyond === undefined ? [] : removal(beyond)))
    : [{ op: "replace", path: "/spec", value: spec }];
  if (steps.length === 0) return undefined;
  const patch = JSON.stringify(steps);
  const { name: called, namespace } = object.metadata;
  const where = namespace === undefined ? "" : ` -n ${quoted(namespace)}`;
  const config = kubeconfig === undefined ? "" : ` --kubeconfig ${quoted(kubeconfig)}`;
  return `kubectl${config} --context ${quoted(context)}${where} patch ${object.kind.toLowerCase()} ${quoted(called)} --type=json -p ${quoted(patch)}`;
}

/** Takes items off a list's end, the last first; refused as a whole where somebody has changed the list meanwhile. */
const removal = ({ pointer, from, items }: Beyond): readonly object[] =>
  items
    .flatMap((value, i) => {
      const path = `${pointer}/${from + i}`;
      return [
        [
          { op: "test", path, value },
          { op: "remove", path },
        ],
      ];
    })
    .reverse()
    .flat();

/** Whether a value has the unknown anywhere in it. */
function holds(value: unknown, unknown: unknown): boolean {
  if (value === unknown) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => holds(inner, unknown));
}

/** A word of a POSIX shell. */
const quoted = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Whether something has to be done: an additional policy that admits nothing more is only worth knowing. */
export const isFinding = (drift: Drift): boolean => drift.kind !== "unexpected" || drift.admits.length > 0;

/** A planned or live object, as plain data. */
export interface PlainObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** "NetworkPolicy shop/isolation". */
export const objectName = ({ kind, metadata }: PlainObject): string =>
  `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;

/**
 * Compares planned objects with the live ones of the same kind and name. A `spec` is compared whole, with what the API
 * server fills in taken as written; labels and annotations as far as the plan has them, because others may add theirs.
 * @param unknown what stands in the plan for a value that isn't known before it is made: not compared
 */
export function compareObjects(
  planned: readonly PlainObject[],
  live: ReadonlyMap<string, PlainObject>,
  unknown: unknown,
): Drift[] {
  return planned.flatMap((object): Drift[] => {
    const name = objectName(object);
    const found = live.get(name);
    if (found === undefined) return [{ kind: "missing", object: name }];
    const differences = [
      ...metadataDifferences(object.metadata, found.metadata, unknown),
      ...specDifferences(object, found, unknown),
    ];
    return differences.map((each) => ({ kind: "changed", object: name, ...each }));
  });
}

type FieldDifference = Pick<
  Extract<Drift, { readonly kind: "changed" }>,
  "field" | "planned" | "live" | "beyond"
>;

function metadataDifferences(planned: object, live: object, unknown: unknown): FieldDifference[] {
  return ["labels", "annotations"].flatMap((map) => {
    const [wanted, found] = [(planned as Fields)[map] ?? {}, (live as Fields)[map] ?? {}] as [Fields, Fields];
    return Object.entries(wanted).flatMap(([key, value]) =>
      differences(value, found[key], `metadata.${map}[${key}]`, unknown),
    );
  });
}

function specDifferences(planned: PlainObject, live: PlainObject, unknown: unknown): FieldDifference[] {
  const wanted = (planned as unknown as Fields)["spec"];
  if (wanted === undefined) return [];
  const found = (live as unknown as Fields)["spec"];
  return differences(normal(wanted, planned.kind), normal(found, planned.kind), "spec", unknown);
}

/** What is written and what the API server makes of it read the same: its defaults filled in, what says nothing left out. */
function normal(spec: unknown, kind: string): unknown {
  const plain = withoutEmpty(spec);
  if (kind !== "NetworkPolicy" || !isMap(plain)) return plain;
  const direction = (name: string, peers: string) =>
    (Array.isArray(plain[name]) ? (plain[name] as unknown[]) : []).map((rule) => {
      if (!isMap(rule)) return rule;
      const ports = (Array.isArray(rule["ports"]) ? (rule["ports"] as unknown[]) : []).map((port) =>
        isMap(port) ? { protocol: "TCP", ...port } : port,
      );
      return {
        ...rule,
        ...(ports.length === 0 ? {} : { ports }),
        ...(rule[peers] === undefined ? {} : { [peers]: rule[peers] }),
      };
    });
  const [ingress, egress] = [direction("ingress", "from"), direction("egress", "to")];
  const types = ["Ingress", ...(egress.length > 0 ? ["Egress"] : [])];
  return {
    podSelector: plain["podSelector"] ?? {},
    policyTypes: [...((plain["policyTypes"] as string[] | undefined) ?? types)].sort(),
    ingress,
    egress,
  };
}

/** Without undefined and null fields and without empty lists of rules; an empty object in a list means everyone, and stays. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(
    ([, inner]) => inner !== undefined && inner !== null && !(Array.isArray(inner) && inner.length === 0),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutEmpty(inner)]));
}

/** A list that shrank or grew is one difference; else each field by itself. */
function differences(planned: unknown, live: unknown, field: string, unknown: unknown): FieldDifference[] {
  if (planned === unknown || planned === live) return [];
  if (Array.isArray(planned) && Array.isArray(live) && planned.length === live.length) {
    return planned.flatMap((each, i) => differences(each, live[i], `${field}[${i}]`, unknown));
  }
  if (isMap(planned) && isMap(live)) {
    const keys = [...new Set([...Object.keys(planned), ...Object.keys(live)])].sort();
    return keys.flatMap((key) => differences(planned[key], live[key], `${field}.${key}`, unknown));
  }
  const difference = { field, planned: shown(planned, unknown), live: shown(live, unknown) };
  if (!Array.isArray(planned) || !Array.isArray(live) || live.length < planned.length) return [difference];
  const pointer = `/${field.replaceAll("[", ".").replaceAll("]", "").replaceAll(".", "/")}`;
  return [
    {
      ...difference,
      beyond: { pointer, from: planned.length, items: live.slice(planned.length) as unknown[] },
    },
  ];
}

const LONGEST = 120;

function shown(value: unknown, unknown: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner === unknown ? "(not known yet)" : inner,
  ) as string | undefined;
  return text === undefined ? "nothing" : text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
