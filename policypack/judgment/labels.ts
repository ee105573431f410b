import type { LabelTest, PodPeer } from "./reach";

/** A label that the API server sets on every namespace, so that its absence is no case. */
const ALWAYS_SET = "ns/kubernetes.io/metadata.name";

/** Far beyond any policy people write; a set of selectors that needs more counts as selecting everything. */
const MAX_CASES = 20_000;

/**
 * Whether some peers together select every pod of every namespace, whatever labels these have: a lone empty
 * selector does, and so do two that are each other's complement. Exact: it tries each key as absent, as each value
 * that a selector mentions, and as any other.
 */
export function selectEveryPod(peers: readonly PodPeer[]): boolean {
  let cases = 0;
  const covered = (selectors: readonly (readonly LabelTest[])[]): boolean => {
    if (selectors.some((tests) => tests.length === 0) || ++cases > MAX_CASES) return true;
    const key = selectors[0]?.[0]?.key;
    if (key === undefined) return false;
    return casesOf(key, selectors).every((value) =>
      covered(
        selectors
          .filter((tests) => tests.every((test) => test.key !== key || passes(test, value)))
          .map((tests) => tests.filter((test) => test.key !== key)),
      ),
    );
  };
  return covered(peers.map(({ requirements }) => requirements));
}

/** A label's value; undefined where the label is absent. The object stands for any value that nobody mentions. */
type Case = string | typeof OTHER | undefined;
const OTHER = { any: "other value" } as const;

function casesOf(key: string, selectors: readonly (readonly LabelTest[])[]): Case[] {
  const mentioned = selectors.flatMap((tests) =>
    tests.flatMap((test) => (test.key === key ? test.values : [])),
  );
  return [...(key === ALWAYS_SET ? [] : [undefined]), OTHER, ...new Set(mentioned)];
}

function passes({ operator, values }: LabelTest, value: Case): boolean {
  const listed = typeof value === "string" && values.includes(value);
  switch (operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
