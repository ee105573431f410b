import { type Fields, isMap } from "../data";
import type { Protocol } from "../net";
import { aside, bad, type Outcome, type RecordReading, type RecordedEnd } from "./record";
import { addressOf, at, instantOf, labelsOf, podEnd, portOf } from "./values";

/** Events by what Cilium's monitor calls them. Source: cilium, pkg/monitor/api. */
const EVENT = { drop: 1, trace: 4, policyVerdict: 5, socket: 7, l7: 129 } as const;

/** Where a trace is of a packet that has reached its pod. Source: cilium, pkg/monitor/api. */
const TO_ENDPOINT = 0;

/** Where a packet comes from, before a policy is asked: endpoint, proxy, host, stack, overlay, network, decryption. Source: the same. */
const FROM: ReadonlySet<unknown> = new Set([5, 6, 7, 8, 9, 10, 12]);

/** Drop reasons that are a policy's. Source: cilium, pkg/monitor/api/drop.go. */
const BY_POLICY: ReadonlySet<unknown> = new Set([133, 181, 189, 195]);

/** Identities of a node: the pod's own, and others. Source: cilium, pkg/identity/numericidentity.go. */
const NODES: ReadonlySet<unknown> = new Set([1, 6]);

/** Whether an object is a line of Hubble: an event by its name, or, as older ones print it, the bare flow. */
export const isHubble = (value: Fields): boolean =>
  ["flow", "lost_events", "agent_event", "node_status", "debug_event"].some((key) => isMap(value[key])) ||
  (typeof value["verdict"] === "string" && (isMap(value["IP"]) || isMap(value["event_type"])));

/**
 * What an event says. Fields that aren't known are passed over; numbers may be texts, and what is zero is absent. A policy verdict
 * counts; a drop tells the same packet again.
 */
export function readHubble(value: Fields): RecordReading {
  if (isMap(value["lost_events"])) return { kind: "gap", because: "lost events" };
  const flow = isMap(value["flow"]) ? value["flow"] : value;
  if (!isMap(value["flow"]) && typeof value["verdict"] !== "string")
    return aside("events of agents and nodes");
  const type = typeOf(flow);
  if (type === EVENT.l7) return aside("requests of layer 7, whose connection is told by itself");
  if (type === EVENT.socket) return aside("calls at sockets, which are no verdict");
  const layer4 = flow["l4"];
  if (!isMap(layer4))
    return type === undefined && !isMap(flow["IP"])
      ? { kind: "gap", because: "records without the fields that tell connections" }
      : aside("protocols without ports");
  const found = portsOf(layer4);
  if (found === undefined) return aside("protocols without ports");
  const { protocol, fields } = found;
  const ports = [portOf(fields["source_port"]), portOf(fields["destination_port"])] as const;
  const ends = [endOf(flow, "source"), endOf(flow, "destination")] as const;
  const time = at(instantOf(flow["time"]) ?? instantOf(value["time"]));
  const said = outcomeOf(type, flow);
  if (typeof said !== "string") return said;
  if (type === EVENT.trace && flow["is_reply"] !== true && isBeforePolicy(flow))
    return aside("packets on their way to a policy, which decides after");
  const isReply = repliedOf(flow["is_reply"], protocol, fields["flags"], type, said);
  if (isReply === undefined)
    return {
      kind: "unclear",
      because: "a packet of which nobody says whether it is an answer",
      protocol,
      ports: ports.filter((port) => port !== undefined),
      time,
    };
  const [from, to] = isReply ? [ends[1], ends[0]] : ends;
  const [sourcePort, port] = isReply ? [ports[1], ports[0]] : ports;
  // Who answers has been reached.
  const outcome = said === "passed" && !isReply && isOneSide(type, flow, ends[1]) ? "let out" : said;
  if (port === undefined || from === undefined || to === undefined)
    return { kind: "gap", because: "records without the fields that tell connections" };
  return {
    kind: "connection",
    from,
    to,
    protocol,
    port,
    ...(sourcePort === undefined ? {} : { sourcePort }),
    outcome,
    time,
    count: type === EVENT.drop ? 0 : 1,
  };
}

/**
 * Whether the event says only that the source's side let a packet for a pod go: the policies of the destination are asked after it, maybe
 * on another node. Where a field mask hides which side speaks, it may be that one.
 */
function isOneSide(type: number | undefined, flow: Fields, destination: RecordedEnd | undefined): boolean {
  if (destination?.pod === undefined) return false;
  if (type !== EVENT.trace) return flow["traffic_direction"] !== "INGRESS";
  const point = flow["trace_observation_point"];
  return point === undefined ? subTypeOf(flow) !== TO_ENDPOINT : point !== "TO_ENDPOINT";
}

/** Whether a trace is of a packet that no policy has judged where it is seen. */
function isBeforePolicy(flow: Fields): boolean {
  const point = flow["trace_observation_point"];
  return typeof point === "string" ? point.startsWith("FROM_") : FROM.has(subTypeOf(flow));
}

/** What is zero may be left out. */
function subTypeOf(flow: Fields): unknown {
  const event = flow["event_type"];
  return isMap(event) ? (event["sub_type"] ?? TO_ENDPOINT) : undefined;
}

function typeOf(flow: Fields): number | undefined {
  const event = flow["event_type"];
  const type = isMap(event) ? event["type"] : undefined;
  return typeof type === "number" ? type : undefined;
}

function portsOf(layer4: Fields): { protocol: Protocol; fields: Fields } | undefined {
  for (const protocol of ["TCP", "UDP", "SCTP"] as const) {
    const fields = layer4[protocol];
    if (isMap(fields)) return { protocol, fields };
  }
  return undefined;
}

/** What became of the packet, or why it says nothing of policies. */
function outcomeOf(type: number | undefined, flow: Fields): Outcome | RecordReading {
  switch (flow["verdict"]) {
    // To a proxy of layer 7: allowed at this one.
    case "REDIRECTED":
    case "FORWARDED":
      return "passed";
    case "AUDIT":
      return "audited";
    case "DROPPED": {
      const reason = flow["drop_reason"];
      if (BY_POLICY.has(reason)) return "denied";
      // A policy verdict that drops is a policy's; a field mask may leave its reason out.
      if (type === EVENT.policyVerdict && reason === undefined) return "denied";
      return aside("packets dropped for another reason than a policy");
    }
    case "ERROR":
    case "TRACED":
    case "TRANSLATED":
    case undefined:
      return aside("events without a verdict");
    default:
      return bad("has a verdict that isn't Hubble's");
  }
}

/** Whether the packet goes back to who asked; undefined where that isn't known. */
function repliedOf(
  said: unknown,
  protocol: Protocol,
  flags: unknown,
  type: number | undefined,
  outcome: Outcome,
): boolean | undefined {
  if (typeof said === "boolean") return said;
  if (protocol === "TCP" && isMap(flags) && flags["SYN"] === true)
    return flags["ACK"] === true ? undefined : false;
  // Cilium gives a verdict that lets through for a connection's first packet alone. Source: cilium, pkg/hubble/parser/threefour.
  return type === EVENT.policyVerdict && outcome !== "denied" ? false : undefined;
}

function endOf(flow: Fields, side: "source" | "destination"): RecordedEnd | undefined {
  const ip = isMap(flow["IP"]) ? flow["IP"] : {};
  const address = addressOf(ip[side]);
  const endpoint = flow[side];
  const { namespace, pod_name: name, labels, identity } = isMap(endpoint) ? endpoint : ({} as Fields);
  if (NODES.has(identity)) return { isNode: true, ...(address === undefined ? {} : { address }) };
  const pod = podEnd(namespace, name, Array.isArray(labels) ? ciliumLabels(labels) : undefined);
  if (pod === undefined && address === undefined) return undefined;
  return { ...(address === undefined ? {} : { address }), ...(pod === undefined ? {} : { pod }) };
}

/** "k8s:app=web" as the pod's own labels: those of its namespace and of Cilium aren't. */
function ciliumLabels(labels: readonly unknown[]): Readonly<Record<string, string>> | undefined {
  const own = labels
    .filter((label) => typeof label === "string")
    .filter((label) => label.startsWith("k8s:"))
    .map((label) => label.slice(4))
    .filter(
      (label) => !label.startsWith("io.kubernetes.pod.namespace=") && !label.startsWith("io.cilium.k8s."),
    );
  return own.length === 0 ? undefined : labelsOf(own);
}
