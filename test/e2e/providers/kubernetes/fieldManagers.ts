import { randomBytes } from "node:crypto";
import { at, type Value, type Values } from "../values";
import { isMap } from "../../../../data";

/** An entry of an object's metadata.managedFields: who has set what. */
export interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: Values;
}

/** The state's name for the manager of an object, as the official provider calls it. */
export const MANAGER_KEY = "__fieldManager";

/** The manager of what is made by a POST. */
export const CREATES_AS = "pulumi-kubernetes";

/**
 * Whose fields an object's are when it is applied: the annotation's, else the state's, else a random one (fieldManagerName in the
 * official provider.go).
 */
export function managerOf(inputs: Values, state: Values = {}): string {
  const written = annotation(inputs, "pulumi.com/patchFieldManager");
  if (written !== undefined && written !== "") return written;
  const known = state[MANAGER_KEY];
  return typeof known === "string" ? known : `${CREATES_AS}-${randomBytes(4).toString("hex")}`;
}

export function annotation(object: Values, name: string): string | undefined {
  const all = at(object, "metadata.annotations");
  const found = isMap(all) ? all[name] : undefined;
  return typeof found === "string" ? found : undefined;
}

/**
 * Managers whose fields an update takes over before it applies: kubectl's and its own from before server-side apply (fixCSAFieldManagers
 * in the official await.go; names are prefixes there). What it applied itself under another name isn't among them.
 */
const takenOver: readonly (readonly [prefix: string, operation: string])[] = [
  ["kubectl", "Apply"],
  ["kubectl", "Update"],
  ["before-first-apply", "Update"],
  [CREATES_AS, "Update"],
  ["pulumi-resource-kubernetes", "Update"],
];

/** The entries after `manager` has taken the others' over; undefined: there is nothing to take. */
export function takeOver(
  entries: readonly ManagedFields[],
  manager: string,
): readonly ManagedFields[] | undefined {
  const taken = entries.filter(
    ({ manager: other = "", operation, subresource = "" }) =>
      subresource === "" &&
      takenOver.some(([prefix, kind]) => other.startsWith(prefix) && operation === kind),
  );
  if (taken.length === 0) return undefined;
  const own = entries.find((entry) => entry.manager === manager && entry.operation === "Apply");
  const all = [...(own === undefined ? [] : [own]), ...taken];
  const merged = {
    ...all[0],
    manager,
    operation: "Apply",
    fieldsV1: all.reduce<Values>((sum, { fieldsV1 = {} }) => union(sum, fieldsV1), {}),
  };
  return [...entries.filter((entry) => !all.includes(entry)), merged];
}

/** Sets of fields are maps of maps; a field that both have is in both. */
function union(a: Values, b: Values): Values {
  const both = (name: string): Value | undefined => {
    const [left, right] = [a[name], b[name]];
    return isMap(left) && isMap(right) ? union(left, right) : (left ?? right);
  };
  return Object.fromEntries(Object.keys({ ...a, ...b }).map((name) => [name, both(name)]));
}

/** Whether somebody made the object without server-side apply, as this provider's creates do: its preview then forces. */
export const madeByPost = (entries: readonly ManagedFields[]): boolean =>
  entries.some(
    ({ manager, operation }) =>
      operation === "Update" && [CREATES_AS, "pulumi-resource-kubernetes"].includes(manager ?? ""),
  );
