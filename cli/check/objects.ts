import { fieldsOf } from "../../data";
import { literal, readFacts, type ResourceInput, unjudgedKinds } from "../../policypack/index";
import type { SourcedObject } from "../../reachability/read";
import { opened } from "../manifests/namespace";

/** A Kubernetes object of some manifests, as the policies read it and as people find it. */
export interface CheckedObject {
  readonly resource: ResourceInput;
  /** As it is among all others, where that is something else: a stack's resources are judged together by their outputs. */
  readonly together?: ResourceInput;
  /** True for what a stack only reads: it is there for the others, and isn't judged by itself. */
  readonly isRead?: true;
  readonly kind: string;
  /** `shop/web`, or `shop` for what is in no namespace. */
  readonly name: string;
  readonly at: SourcedObject;
}

/** What manifests hold: objects that policies read, and how many others, by kind. */
export interface CheckedObjects {
  readonly objects: readonly CheckedObject[];
  /** How many of them some policy judges; of others it is read only that they make pods which aren't shown. */
  readonly judged: number;
  /** Whether something is there that policies judge by itself: a route alone needs nothing of anybody. */
  readonly isEmpty: boolean;
  readonly skipped: ReadonlyMap<string, number>;
  /** Those that make what policies judge, by kinds that none of them reads. */
  readonly unjudged: ReadonlyMap<string, number>;
}

/**
 * The objects of manifests as resources of Pulumi's type tokens, which is what the policies' facts are read from: so no invariant
 * is written twice. Lists are taken apart. Kinds that no policy judges are counted.
 */
export function checkedObjects(manifests: readonly SourcedObject[]): CheckedObjects {
  const skipped = new Map<string, number>();
  const unjudged: string[] = [];
  let [judged, isEmpty] = [0, true];
  const objects = manifests.flatMap(opened).flatMap((object): CheckedObject[] => {
    const checked = checkedObject(object);
    const facts = checked === undefined ? [] : readFacts(checked.resource);
    const isUnjudged = checked !== undefined && unjudgedKinds([checked.resource.type]).size > 0;
    if (facts.some(({ kind }) => kind !== "Maker" && kind !== "Demand")) isEmpty = false;
    if (facts.some(({ kind }) => kind !== "Maker")) judged++;
    else if (isUnjudged) unjudged.push(checked.resource.type);
    else {
      const kind = checked?.kind ?? "no Kubernetes object";
      skipped.set(kind, (skipped.get(kind) ?? 0) + 1);
    }
    return checked === undefined || (facts.length === 0 && !isUnjudged) ? [] : [checked];
  });
  return { objects, judged, isEmpty, skipped, unjudged: unjudgedKinds(unjudged) };
}

/**
 * A cluster's objects without those that another of them controls: a Deployment's pods are judged by its template. Of other projects'
 * kinds no policy judges the template, so what they control is judged itself.
 */
export function withoutOwned(objects: readonly SourcedObject[]): SourcedObject[] {
  const metadataOf = ({ value }: SourcedObject) => fieldsOf(fieldsOf(value)?.["metadata"]);
  const there = new Set(
    objects.flatMap((object) => {
      const version = fieldsOf(object.value)?.["apiVersion"];
      return ["v1", "apps/v1", "batch/v1"].some((own) => own === version)
        ? [metadataOf(object)?.["uid"]]
        : [];
    }),
  );
  return objects.filter((object) => {
    const owners = metadataOf(object)?.["ownerReferences"];
    return !(Array.isArray(owners) && owners.some((owner) => isController(owner, there)));
  });
}

function isController(owner: unknown, there: ReadonlySet<unknown>): boolean {
  const { controller, uid } = fieldsOf(owner) ?? {};
  return controller === true && typeof uid === "string" && there.has(uid);
}

function checkedObject(at: SourcedObject): CheckedObject | undefined {
  const fields = fieldsOf(at.value);
  const [version, kind] = [fields?.["apiVersion"], fields?.["kind"]];
  if (typeof version !== "string" || typeof kind !== "string") return undefined;
  const metadata = fieldsOf(fields?.["metadata"]) ?? {};
  const text = (key: string) => (typeof metadata[key] === "string" ? metadata[key] : "");
  const own = text("name") || `${text("generateName")}*`;
  const name = kind === "Namespace" ? own : `${text("namespace") || "default"}/${own}`;
  // A token that ends in Patch means Pulumi's spelling of a patch; a manifest has no such thing.
  const type = `kubernetes:${version.includes("/") ? version : `core/${version}`}:${kind.endsWith("Patch") ? "-" : kind}`;
  const { file, document } = at.source;
  const place = [file, document, ...at.path].join("/");
  const resource = {
    urn: `urn:pulumi:manifests::${place}::${type}::${name}`,
    type,
    name,
    origin: file === "-" ? "standard input" : file,
    props: literal(fields),
  };
  return { resource, kind, name, at };
}
