import { isMap, UNKNOWN_SENTINEL } from "../../data";
import type { ValueMap } from "../values";

/** The fields of an object's metadata beside its name and namespace (ObjectMeta v1): of what is only read, none is known. */
const OTHER_METADATA = [
  "annotations",
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "finalizers",
  "generateName",
  "generation",
  "labels",
  "managedFields",
  "ownerReferences",
  "resourceVersion",
  "selfLink",
  "uid",
];

const unknownMetadata: ValueMap = Object.fromEntries(
  OTHER_METADATA.map((field) => [field, UNKNOWN_SENTINEL]),
);

/**
 * What is known of a Kubernetes object that a program reads by its id, `name` or `namespace/name` (pulumi-kubernetes, FqName): its
 * name and namespace, and what the program says itself. An id without a namespace doesn't say whether the kind has one.
 */
export function stateOfReadObject(type: string, id: string, inputs: ValueMap): ValueMap {
  if (!type.startsWith("kubernetes:") || type.startsWith("kubernetes:helm.sh/")) return inputs;
  const slash = id.indexOf("/");
  const name = id.slice(slash + 1);
  if (name === "" || name.includes("/")) return inputs;
  const namespace = slash < 0 ? UNKNOWN_SENTINEL : id.slice(0, slash);
  const given = inputs["metadata"];
  const said = given !== undefined && isMap(given) ? given : {};
  return { ...inputs, metadata: { ...unknownMetadata, namespace, ...said, name } };
}
