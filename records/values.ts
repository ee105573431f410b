// Tests: test/records/vpc.test.ts, test/records/hubble.test.ts
import { isIP } from "node:net";
import { isLabelKey, isLabelValue, isNamespaceName, isObjectName } from "../kubernetes";
import type { Protocol } from "../net";
import type { RecordedEnd } from "./record";

const BY_NUMBER: ReadonlyMap<number, Protocol> = new Map([
  [6, "TCP"],
  [17, "UDP"],
  [132, "SCTP"],
]);

/** A protocol by IANA's number; undefined for one that has no ports. */
export const protocolOfNumber = (number: number): Protocol | undefined => BY_NUMBER.get(number);

/** A protocol by its name in any case, or its number as text; undefined for one that has no ports. */
export function protocolOfName(name: string): Protocol | undefined {
  const upper = name.toUpperCase();
  if (upper === "TCP" || upper === "UDP" || upper === "SCTP") return upper;
  return protocolOfNumber(Number(name));
}

/** A port from 1; undefined for anything else, 0 included: nothing listens there. */
export function portOf(value: unknown): number | undefined {
  if (typeof value === "string" && !/^\d{1,5}$/.test(value)) return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number > 0 && number <= 65535
    ? number
    : undefined;
}

/** An address without a zone; undefined for any other value. */
export const addressOf = (value: unknown): string | undefined =>
  typeof value === "string" && isIP(value) !== 0 && !value.includes("%") ? value : undefined;

/**
 * A pod, if what names it are names that an API server takes: what a log says goes to terminals and into code.
 * @param labels "key=value", or a map.
 */
export function podEnd(
  namespace: unknown,
  name: unknown,
  labels: Readonly<Record<string, string>> | undefined,
): RecordedEnd["pod"] | undefined {
  if (typeof namespace !== "string" || !isNamespaceName(namespace)) return undefined;
  const named = typeof name === "string" && name !== "" ? name : undefined;
  if (named !== undefined && !isObjectName(named)) return undefined;
  if (named === undefined && labels === undefined) return undefined;
  return {
    namespace,
    ...(named === undefined ? {} : { name: named }),
    ...(labels === undefined ? {} : { labels }),
  };
}

/** Labels of "key=value" texts; texts that aren't labels of Kubernetes are left out. */
export function labelsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.flatMap((text): [string, string][] => {
      const at = text.indexOf("=");
      const [key, value] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
      return isLabelKey(key) && isLabelValue(value) ? [[key, value]] : [];
    }),
  );
}

/** Milliseconds of an ISO 8601 time with its zone; undefined for any other text: a time without a zone is anybody's. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined;
  const instant = Date.parse(value.replace(" ", "T").replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(instant) ? undefined : instant;
}

/** One moment. */
export const at = (instant: number | undefined) =>
  instant === undefined ? undefined : { first: instant, last: instant };
