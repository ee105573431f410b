import { short } from "../../engine/support";
import type { StateResource } from "./engine";

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value of the engine's JSON as reports show it: unknown ones by name, secrets masked. */
function shown(value: unknown): unknown {
  if (typeof value === "string") return value.includes(unknownText) ? "[unknown]" : value;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shown(each)]));
}

/**
 * What the engine registered, in the form of test/engine/support's `registered`: by short URN, whatever isn't empty.
 * Dependencies on providers and order don't count.
 */
export function registeredByEngine(
  resources: readonly StateResource[],
): Record<string, Record<string, unknown>> {
  const entries = resources.map((resource) => [short(resource.urn), described(resource)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function described(resource: StateResource): Record<string, unknown> {
  const { parent = "", provider = "" } = resource;
  const dependencies = Object.entries(resource.propertyDependencies ?? {})
    .filter(([, urns]) => (urns ?? []).length > 0)
    .map(([name, urns]) => [name, (urns ?? []).map(short).sort()]);
  const entries: [string, unknown][] = [
    ["inputs", shown(resource.inputs ?? {})],
    ["parent", parent === "" ? "" : short(parent)],
    ["provider", provider === "" ? "" : short(provider.split("::").slice(0, -1).join("::"))],
    ["dependencies", (resource.dependencies ?? []).map(short).sort()],
    ["propertyDependencies", Object.fromEntries(dependencies)],
    ["protect", resource.protect === true ? true : ""],
    ["read", resource.external === true ? true : ""],
  ];
  return Object.fromEntries(entries.filter(([, value]) => !isEmpty(value)));
}

const isEmpty = (value: unknown): boolean =>
  value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
