import type { KubeObject } from "../../kube/client";
import type { Target } from "../provider";
import { at, defined, type Values } from "../values";
import { isMap } from "../../../../data";
import { MANAGER_KEY } from "./fieldManagers";

/** "kubernetes:networking.k8s.io/v1:NetworkPolicy" → that group, version and kind; a patch's kind is what it patches. */
export function kindOf({ type }: Target): { apiVersion: string; kind: string } {
  const [, group = "", kind = ""] = type.split(":");
  return { apiVersion: group.replace(/^core\//, ""), kind: kind.replace(/(?<=.)Patch$/, "") };
}

export const isPatch = ({ type }: Target): boolean => /[a-z]Patch$/.test(type);

export const asObject = (object: Values): KubeObject => object as unknown as KubeObject;

export const nameOf = (object: Values): string =>
  [at(object, "metadata.namespace"), at(object, "metadata.name")]
    .filter((part) => typeof part === "string")
    .join("/");

/** An object's kind, namespace and name. */
export function identityOf({ apiVersion, kind, metadata }: Values): Values {
  const names = { name: at(metadata, "name"), namespace: at(metadata, "namespace") };
  return defined({ apiVersion, kind, metadata: names });
}

/** The object that an id is of. */
export function identified(target: Target, id: string): Values {
  const [name = id, namespace] = id.split("/").reverse();
  return defined({ ...kindOf(target), metadata: { name, namespace } });
}

/** A live object as outputs: without what changes by itself, and without a Secret's data. */
export function stateOf(live: Values, manager: string): Values {
  const metadata = without(live["metadata"], ["managedFields", "resourceVersion", "generation"]);
  const kept = without(live, ["status", ...(live["kind"] === "Secret" ? ["data"] : [])]);
  return { ...kept, metadata, [MANAGER_KEY]: manager };
}

/** Of a state, what a program could have written. */
export const written = (state: Values): Values => ({
  ...without(state, [MANAGER_KEY]),
  metadata: without(state["metadata"], ["creationTimestamp", "uid"]),
});

const without = (values: Values[string], names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(isMap(values) ? values : {}).filter(([name]) => !names.includes(name)));
