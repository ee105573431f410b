// Tests: test/cli/check/objects.test.ts
import { fieldsOf } from "../../data";
import type { SourcedObject } from "../../reachability/read";

/** Puts objects that name no namespace into one, as `kubectl --namespace` does; those of a cluster stay without. */
export function inNamespace(manifests: readonly SourcedObject[], namespace: string): SourcedObject[] {
  return manifests.flatMap(opened).map((object) => {
    const fields = fieldsOf(object.value);
    const metadata = fieldsOf(fields?.["metadata"]);
    const isGlobal = fields?.["kind"] === "Namespace" || fields?.["kind"] === "Node";
    if (!fields || !metadata || isGlobal || (metadata["namespace"] ?? "") !== "") return object;
    return { ...object, value: { ...fields, metadata: { ...metadata, namespace } } };
  });
}

/** The items of a List, or of a list of one kind, whose items needn't repeat what they are; other objects as they are. */
export function opened(object: SourcedObject): SourcedObject[] {
  const fields = fieldsOf(object.value);
  const [kind, items] = [fields?.["kind"], fields?.["items"]];
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [object];
  const assumed =
    kind === "List" ? {} : { apiVersion: fields?.["apiVersion"], kind: kind.slice(0, -"List".length) };
  return (items as readonly unknown[]).flatMap((item, index) => {
    const path = [...object.path, "items", index];
    const value = fieldsOf(item);
    return opened({ ...object, path, value: value ? { ...assumed, ...value } : item });
  });
}
