// Tests: test/records/otherFormats.test.ts
import { type Fields, isMap } from "../data";
import { aside, bad, type RecordReading, type RecordedEnd } from "./record";
import { instantOf, labelsOf, podEnd, portOf, protocolOfName } from "./values";

/** Numbers of the emitter and names of the others. Source: calico, goldmane/proto/api.proto. */
const ENDPOINTS = ["EndpointTypeUnspecified", "WorkloadEndpoint", "HostEndpoint", "NetworkSet", "Network"];
const ACTIONS = ["ActionUnspecified", "Allow", "Deny", "Pass", "Log"];

/** A flow's key by its names in snake case, whichever of the three shapes it has; undefined for another object. */
function keyOf(value: Fields): { readonly key: Fields; readonly flow: Fields } | undefined {
  const flow = isMap(value["flow"]) ? value["flow"] : value;
  const key = flow["Key"] ?? flow["key"] ?? flow;
  if (!isMap(key)) return undefined;
  const known = snake(key);
  const isFlow = "source_type" in known || "source_name" in known || "source_namespace" in known;
  return isFlow && "action" in known && "reporter" in known ? { key: known, flow: snake(flow) } : undefined;
}

const snake = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter, at: number) => `${at === 0 ? "" : "_"}${letter.toLowerCase()}`),
      value,
    ]),
  );

/** Whether an object is a flow of Goldmane's: as it is emitted, as protojson, or as Whisker's API gives it. */
export const isGoldmane = (value: Fields): boolean => keyOf(value) !== undefined;

/**
 * What a flow says: one side's judgment of connections between two kinds of pods. There are no addresses and no source ports, and
 * names are those of controllers, so that only labels, which all its pods have, tell whose they are.
 */
export function readGoldmane(value: Fields): RecordReading {
  const found = keyOf(value);
  if (found === undefined) return bad("isn't a flow of Goldmane's");
  const { key, flow } = found;
  const protocol = protocolOfName(String(key["proto"] ?? key["protocol"]));
  if (protocol === undefined) return aside("protocols without ports");
  const port = portOf(key["dest_port"]);
  if (port === undefined) return bad("has a port that isn't from 1 to 65535");
  const time = timeOf(flow["start_time"], flow["end_time"]);
  const unclear = (because: Extract<RecordReading, { kind: "unclear" }>["because"]): RecordReading => ({
    kind: "unclear",
    because,
    protocol,
    ports: [port],
    time,
  });
  const ends = [endOf("source", key, flow), endOf("dest", key, flow)] as const;
  const [from, to] = ends;
  if (typeof from === "string") return unclear(from);
  if (typeof to === "string") return unclear(to);
  const action = named(key["action"], ACTIONS);
  if (action !== "Allow" && action !== "Deny") return aside("events without a verdict");
  return {
    kind: "connection",
    from,
    to,
    protocol,
    port,
    outcome: action === "Deny" ? "denied" : isDestination(key["reporter"]) ? "passed" : "let out",
    time,
    count: 1,
  };
}

function endOf(
  side: "source" | "dest",
  key: Fields,
  flow: Fields,
): RecordedEnd | "an aggregated end without labels" | "a public or private network without addresses" {
  const name = key[`${side}_name`];
  const type = named(key[`${side}_type`], ENDPOINTS);
  if (type === "HostEndpoint") return { isNode: true };
  if (type === "Network" || type === "NetworkSet" || name === "pub" || name === "pvt")
    return "a public or private network without addresses";
  const pod = podEnd(key[`${side}_namespace`], undefined, textsOf(flow[`${side}_labels`]));
  return pod === undefined ? "an aggregated end without labels" : { pod };
}

/** Labels as a list, or, by Whisker's API, as one text. */
function textsOf(labels: unknown): Readonly<Record<string, string>> | undefined {
  const texts = typeof labels === "string" ? labels.split(/\s*[|,]\s*/) : labels;
  if (!Array.isArray(texts)) return undefined;
  const read = labelsOf(texts.filter((text) => typeof text === "string" && text.includes("=")));
  return Object.keys(read).length === 0 ? undefined : read;
}

/** Whether the destination's side judged: the source's alone doesn't say that a connection came about. */
const isDestination = (reporter: unknown): boolean =>
  reporter === 2 || (typeof reporter === "string" && /^(reporter)?_?dst$/i.test(reporter));

const named = (value: unknown, names: readonly string[]): string | undefined =>
  typeof value === "number" ? names[value] : typeof value === "string" ? value : undefined;

/** Unix seconds as numbers or texts, or ISO 8601. */
function timeOf(start: unknown, end: unknown) {
  const [first, last] = [momentOf(start), momentOf(end)];
  return first === undefined || last === undefined || last < first ? undefined : { first, last };
}

const momentOf = (value: unknown): number | undefined =>
  /^\d{9,11}$/.test(String(value)) ? Number(value) * 1000 : instantOf(value);
