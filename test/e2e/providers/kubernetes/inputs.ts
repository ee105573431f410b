import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../../../data";
import type { Value, Values } from "../values";

/** Groups whose objects the official provider reads through Kubernetes' own types; others it leaves as they are. */
const typedGroup = /^(v1|(apps|batch|autoscaling|policy)\/.*|[a-z.]+\.k8s\.io\/.*)$/;
/** vpcresources.k8s.aws and the like: custom resources. */
const typed = ({ apiVersion }: Values): boolean =>
  typeof apiVersion === "string" && typedGroup.test(apiVersion);

/** Fields that are maps of texts: Kubernetes' types leave an empty one out. A selector that is empty stays. */
const textMaps: ReadonlySet<string> = new Set(["labels", "annotations", "matchLabels", "data"]);

/**
 * Inputs as the official provider's check gives them back: read through Kubernetes' own types, which leave out empty lists and
 * empty maps of texts (normalizeInputs in its provider.go).
 */
export function normalized(inputs: Values): Values {
  return typed(inputs) ? (withoutEmpty(inputs) as Values) : inputs;
}

function withoutEmpty(value: Value | undefined): Value | undefined {
  if (Array.isArray(value)) return value.map((each: Value) => withoutEmpty(each) ?? null);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(
    ([name, each]) =>
      !(Array.isArray(each) && each.length === 0) &&
      !(textMaps.has(name) && isMap(each) && Object.keys(each).length === 0),
  );
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutEmpty(each)]));
}

/**
 * What is live of the fields that inputs have, as the official provider sees it (pruneMap and pruneSlice in its util.go):
 * fields that inputs don't have stay out, and so does whatever a live list has beyond the inputs' items.
 */
export function pruned(live: Value | undefined, inputs: Value | undefined): Value | undefined {
  if (isMap(live) && isMap(inputs)) {
    const shared = Object.keys(live).filter((name) => inputs[name] !== undefined);
    return Object.fromEntries(shared.map((name) => [name, pruned(live[name], inputs[name])]));
  }
  if (Array.isArray(live) && Array.isArray(inputs)) {
    const items = live.slice(0, inputs.length) as readonly Value[];
    return items.map((each, i) => pruned(each, inputs[i] as Value) ?? null);
  }
  return live;
}

/** Names of the inputs in which what was live when it was last looked at, as far as the old inputs go, isn't as the new ones say. */
export function differences(live: Values, olds: Values, news: Values): string[] {
  const [before, after] = [pruned(live, normalized(olds)) as Values, normalized(news)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name])).sort();
}
