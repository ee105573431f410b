import { type FieldReader, type Fields, shown } from "./fields";
import { isNamespaceName, isObjectName, namespacedName, UNKNOWN } from "../../kubernetes";
import type { FieldPlace } from "./problems";

/** Stands for a name or namespace that isn't known yet; no real one has parentheses. */
export const UNKNOWN_NAME = "(not yet known)";

/** Whose object it is. No namespace means `default`. */
export interface Identity {
  readonly namespace: string;
  readonly name: string;
}

/** An object as people name it: `NetworkPolicy shop/web`. */
export const objectText = (kind: string, identity: Identity): string => `${kind} ${namespacedName(identity)}`;

/** An end's id: `shop/web[Deployment]`, `node-1[Node]`. */
export const endId = (kind: string, identity: Identity): string => `${namespacedName(identity)}[${kind}]`;

const METADATA: FieldPlace = ["metadata"];
const NAMESPACE: FieldPlace = ["metadata", "namespace"];
const NAME: FieldPlace = ["metadata", "name"];

/** Reads `metadata.name` and `metadata.namespace`; undefined, with a problem, when there is no usable name. */
export function readIdentity(
  fields: FieldReader,
  object: Fields,
): (Identity & { readonly generated: boolean }) | undefined {
  const metadata = fields.map(object["metadata"], METADATA);
  if (metadata === undefined || metadata === UNKNOWN) {
    fields.problem(METADATA, "is missing, and with it the name");
    return undefined;
  }
  const namespace = fields.string(metadata["namespace"], NAMESPACE);
  if (typeof namespace === "string" && namespace !== "" && !isNamespaceName(namespace)) {
    fields.problem(NAMESPACE, `${shown(namespace)} isn't a namespace name`);
  }
  const name = readName(fields, metadata);
  if (name === undefined) return undefined;
  // No real name has a star.
  const generated = name.endsWith("*");
  if (namespace === UNKNOWN) return { namespace: UNKNOWN_NAME, name, generated };
  return { namespace: namespace === undefined || namespace === "" ? "default" : namespace, name, generated };
}

function readName(fields: FieldReader, metadata: Fields): string | undefined {
  const name = fields.string(metadata["name"], NAME);
  // The provider names what has no name yet: any name that can't clash will do.
  if (name === UNKNOWN) return UNKNOWN_NAME;
  if (name !== undefined && name !== "") {
    if (!isObjectName(name)) fields.problem(NAME, `${shown(name)} isn't an object name`);
    return name;
  }
  const prefix = fields.string(metadata["generateName"], ["metadata", "generateName"]);
  if (typeof prefix === "string" && prefix !== "") return `${prefix}*`;
  if (metadata["name"] === undefined || metadata["name"] === null || name === "") {
    fields.problem(NAME, "is missing");
  }
  return undefined;
}
