import { readFacts, type ResourceInput, reveal } from "../../policypack/index";
import type { SourcedObject } from "../../reachability/read";
import { fieldsOf, opened } from "../manifests/namespace";

/** A Kubernetes object of some manifests, as the policies read it and as people find it. */
export interface CheckedObject {
  readonly resource: ResourceInput;
  readonly kind: string;
  /** `shop/web`, or `shop` for what is in no namespace. */
  readonly name: string;
  readonly at: SourcedObject;
}

/** What manifests hold: objects that some policy judges, and how many others, by kind. */
export interface Checked {
  readonly objects: readonly CheckedObject[];
  readonly skipped: ReadonlyMap<string, number>;
}

/**
 * The objects of manifests as resources of Pulumi's type tokens, which is what the policies' facts are read from: so no invariant
 * is written twice. Lists are taken apart. Kinds that no policy judges are counted.
 */
export function checkedObjects(manifests: readonly SourcedObject[]): Checked {
  const skipped = new Map<string, number>();
  const objects = manifests.flatMap(opened).flatMap((object): CheckedObject[] => {
    const checked = checkedObject(object);
    if (checked !== undefined && readFacts(checked.resource).length > 0) return [checked];
    const kind = checked?.kind ?? "no Kubernetes object";
    skipped.set(kind, (skipped.get(kind) ?? 0) + 1);
    return [];
  });
  return { objects, skipped };
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
    props: reveal(fields),
  };
  return { resource, kind, name, at };
}
