import { isMap } from "../data";
import type { Declaration } from "../declared";
import { UNKNOWN } from "../kubernetes";
import type { PlacedDeclaration } from "./carriers";
import type { PlannedResource } from "./resource";

/** The component whose output `declared` holds a declaration. */
export const APPLICATION = "palisade:index:IsolatedApplication";

/** An application of a plan, or why its declaration can't be read. */
export type ReadApplication =
  | ({ readonly kind: "declared"; readonly urn: string } & PlacedDeclaration)
  | { readonly kind: "unread"; readonly urn: string; readonly component: string; readonly because: string };

/** The applications of a plan, by their components' outputs. */
export const applicationsIn = (resources: readonly PlannedResource[]): ReadApplication[] =>
  resources.filter(({ type }) => type === APPLICATION).map(readApplication);

function readApplication({ urn, name, outputs }: PlannedResource): ReadApplication {
  const unread = (because: string): ReadApplication => ({ kind: "unread", urn, component: name, because });
  const value = outputs["declared"];
  if (value === undefined) {
    return unread("it has no output `declared`: the component is of a version that wrote none");
  }
  if (holdsUnknown(value)) return unread("part of what it declares isn't known before it is deployed");
  if (!isDeclaration(value)) {
    return unread(
      "its output `declared` isn't a declaration of version 1: use the policy pack of its version",
    );
  }
  return { kind: "declared", urn, component: name, declaration: value };
}

function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

const areMaps = (value: unknown): value is Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) && value.every(isMap);

/** The shape as far as the proof reads it: a wrong one is told, never half read. */
function isDeclaration(value: unknown): value is Declaration {
  if (!isMap(value) || value["version"] !== 1) return false;
  const texts = ["application", "namespace", "cluster", "stage", "cni"];
  if (!texts.every((key) => typeof value[key] === "string") || typeof value["adopted"] !== "boolean")
    return false;
  const { flows, workloads } = value;
  return (
    Array.isArray(value["families"]) &&
    areMaps(workloads) &&
    workloads.every(({ id, pods }) => typeof id === "string" && isPods(pods)) &&
    areMaps(flows) &&
    flows.every(
      ({ from, to, ports, because }) =>
        isEnd(from) && isEnd(to) && areTexts(ports) && ports.length > 0 && typeof because === "string",
    )
  );
}

const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

const isPods = (value: unknown): boolean =>
  isMap(value) &&
  typeof value["namespace"] === "string" &&
  (value["labels"] === "every-pod" ||
    (isMap(value["labels"]) && Object.values(value["labels"]).every((one) => typeof one === "string")));

const isEnd = (value: unknown): boolean =>
  isMap(value) &&
  typeof value["name"] === "string" &&
  Array.isArray(value["pods"]) &&
  value["pods"].every(isPods) &&
  areMaps(value["addresses"]) &&
  value["addresses"].every(({ kind, cidrs, families, except }) =>
    kind === "internet" ? Array.isArray(families) && areTexts(except) : kind === "blocks" && areTexts(cidrs),
  ) &&
  areMaps(value["groups"]);
