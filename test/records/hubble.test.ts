import { strict as assert } from "node:assert";
import { isHubble, readHubble } from "../../records/hubble";
import type { RecordReading, RecordedEnd } from "../../records";

const WEB = {
  ID: 7,
  identity: 4097,
  namespace: "shop",
  pod_name: "web-0",
  labels: ["k8s:app=web", "k8s:io.kubernetes.pod.namespace=shop", "k8s:io.cilium.k8s.policy.cluster=default"],
};
const WORLD = { identity: 2, labels: ["reserved:world"] };
const TCP = (flags: object) => ({ TCP: { source_port: 40000, destination_port: 5432, flags } });

/** A verdict on a SYN of web to 198.51.100.20, but for what is given. */
const flow = (given: object = {}): Readonly<Record<string, unknown>> => ({
  time: "2026-01-01T00:00:00Z",
  verdict: "FORWARDED",
  IP: { source: "192.0.2.10", destination: "198.51.100.20", ipVersion: "IPv4" },
  l4: TCP({ SYN: true }),
  source: WEB,
  destination: WORLD,
  event_type: { type: 5 },
  traffic_direction: "EGRESS",
  ...given,
});
const line = (given: object = {}) => ({ flow: flow(given), node_name: "n1", time: "2026-01-01T00:00:00Z" });

const endText = ({ pod, address = "", isNode }: RecordedEnd): string =>
  isNode === true
    ? `node ${address}`
    : pod === undefined
      ? address
      : `${pod.namespace}/${pod.name ?? ""}${JSON.stringify(pod.labels ?? "?")}`;
const said = (reading: RecordReading): string => {
  switch (reading.kind) {
    case "connection":
      return `${endText(reading.from)} → ${endText(reading.to)} ${reading.protocol}/${reading.port} ${reading.outcome} ×${reading.count}`;
    case "unclear":
    case "gap":
      return `${reading.kind}: ${reading.because}`;
    case "aside":
      return `aside: ${reading.what}`;
    case "bad":
      return `bad: ${reading.message}`;
  }
};

const ASKED = 'shop/web-0{"app":"web"} → 198.51.100.20 TCP/5432';
const DB = { ID: 8, identity: 4098, namespace: "shop", pod_name: "db-0", labels: ["k8s:app=db"] };
const EARLY = "aside: packets on their way to a policy, which decides after";
const TO_DB = 'shop/web-0{"app":"web"} → shop/db-0{"app":"db"} TCP/5432';
const toDb = (given: object = {}) => line({ destination: DB, ...given });
const trace = (given: object = {}) => toDb({ event_type: { type: 4 }, is_reply: false, ...given });
const REPLIES = {
  source: WORLD,
  destination: WEB,
  IP: { source: "198.51.100.20", destination: "192.0.2.10" },
  l4: { TCP: { source_port: 5432, destination_port: 40000, flags: { ACK: true } } },
};
const UNCLEAR = "unclear: a packet of which nobody says whether it is an answer";
const cases: readonly (readonly [string, object, string])[] = [
  ["a verdict that lets through passed", line(), `${ASKED} passed ×1`],
  ["the bare flow of older ones is the same", flow(), `${ASKED} passed ×1`],
  [
    "fields that nobody knows are passed over",
    line({ new_field: [1], IP: { source: "192.0.2.10", destination: "198.51.100.20", more: 1 } }),
    `${ASKED} passed ×1`,
  ],
  ["REDIRECTED is let through at this layer", line({ verdict: "REDIRECTED" }), `${ASKED} passed ×1`],
  ["from pod to pod, the source's side alone lets it out", toDb(), `${TO_DB} let out ×1`],
  ["the destination's side passed it", toDb({ traffic_direction: "INGRESS" }), `${TO_DB} passed ×1`],
  ["of a side that isn't told, let out", toDb({ traffic_direction: undefined }), `${TO_DB} let out ×1`],
  [
    "a trace at the destination's pod",
    trace({ trace_observation_point: "TO_ENDPOINT" }),
    `${TO_DB} passed ×1`,
  ],
  ["the same by its number, of which zero is absent", trace(), `${TO_DB} passed ×1`],
  ["a trace on the way", trace({ trace_observation_point: "TO_STACK" }), `${TO_DB} let out ×1`],
  ["the same by its number", trace({ event_type: { type: 4, sub_type: 3 } }), `${TO_DB} let out ×1`],
  ["a trace before policies are asked", trace({ trace_observation_point: "FROM_ENDPOINT" }), EARLY],
  ["the same by its number", trace({ event_type: { type: 4, sub_type: 10 } }), EARLY],
  [
    "an answer on the way back says that it passed",
    trace({ ...REPLIES, source: DB, trace_observation_point: "TO_STACK", is_reply: true }),
    `${TO_DB} passed ×1`,
  ],
  ["AUDIT passed and would be denied", line({ verdict: "AUDIT" }), `${ASKED} audited ×1`],
  ["DROPPED by a policy is denied", line({ verdict: "DROPPED", drop_reason: 133 }), `${ASKED} denied ×1`],
  ["DROPPED by a deny rule is denied", line({ verdict: "DROPPED", drop_reason: 181 }), `${ASKED} denied ×1`],
  [
    "DROPPED for want of authentication is denied",
    line({ verdict: "DROPPED", drop_reason: 189 }),
    `${ASKED} denied ×1`,
  ],
  ["reason 195 is a policy's", line({ verdict: "DROPPED", drop_reason: 195 }), `${ASKED} denied ×1`],
  [
    "DROPPED for another reason is no policy's",
    line({ verdict: "DROPPED", drop_reason: 151 }),
    "aside: packets dropped for another reason than a policy",
  ],
  [
    "a drop tells what a verdict told",
    line({ verdict: "DROPPED", drop_reason: 133, event_type: { type: 1 } }),
    `${ASKED} denied ×0`,
  ],
  [
    "a drop without a SYN may be an answer's",
    line({ verdict: "DROPPED", drop_reason: 133, event_type: { type: 1 }, l4: TCP({ ACK: true }) }),
    UNCLEAR,
  ],
  [
    "a denied datagram may be an answer",
    line({ verdict: "DROPPED", drop_reason: 133, l4: { UDP: { source_port: 40000, destination_port: 53 } } }),
    UNCLEAR,
  ],
  [
    "a datagram that is let through is a connection's first",
    line({ l4: { UDP: { source_port: 40000, destination_port: 53 } } }),
    'shop/web-0{"app":"web"} → 198.51.100.20 UDP/53 passed ×1',
  ],
  [
    "a trace that is said to be an answer is turned",
    line({ event_type: { type: 4 }, is_reply: true, ...REPLIES }),
    `${ASKED} passed ×1`,
  ],
  [
    "a trace that is said to be none isn't",
    line({ event_type: { type: 4 }, is_reply: false, l4: TCP({ ACK: true }) }),
    `${ASKED} passed ×1`,
  ],
  [
    "a trace of which nothing is said is unclear",
    line({ event_type: { type: 4 }, l4: TCP({ ACK: true }) }),
    UNCLEAR,
  ],
  [
    "a trace of SYN and ACK is unclear",
    line({ event_type: { type: 4 }, l4: TCP({ SYN: true, ACK: true }) }),
    UNCLEAR,
  ],
  [
    "a request of layer 7 is told elsewhere",
    line({ event_type: { type: 129 } }),
    "aside: requests of layer 7, whose connection is told by itself",
  ],
  [
    "a socket's call is no verdict",
    line({ event_type: { type: 7 }, verdict: "TRACED" }),
    "aside: calls at sockets, which are no verdict",
  ],
  ["TRANSLATED is no verdict", line({ verdict: "TRANSLATED" }), "aside: events without a verdict"],
  ["ICMP has no ports", line({ l4: { ICMPv4: { type: 8 } } }), "aside: protocols without ports"],
  [
    "a node is a node",
    line({ source: { identity: 1, labels: ["reserved:host"] } }),
    "node 192.0.2.10 → 198.51.100.20 TCP/5432 passed ×1",
  ],
  [
    "another node is one too",
    line({ source: { identity: 6 } }),
    "node 192.0.2.10 → 198.51.100.20 TCP/5432 passed ×1",
  ],
  [
    "labels that a mask left out are unknown",
    line({ source: { namespace: "shop", pod_name: "web-0" } }),
    'shop/web-0"?" → 198.51.100.20 TCP/5432 passed ×1',
  ],
  [
    "ends that a mask left out are a gap",
    line({ source: {}, IP: {} }),
    "gap: records without the fields that tell connections",
  ],
  [
    "a port that a mask left out is a gap",
    line({ l4: { TCP: { flags: { SYN: true } } } }),
    "gap: records without the fields that tell connections",
  ],
  [
    "a flow of masks alone is a gap",
    { flow: { verdict: "FORWARDED" } },
    "gap: records without the fields that tell connections",
  ],
  [
    "lost events are a gap",
    { lost_events: { source: "PERF_EVENT_RING_BUFFER", num_events_lost: "3" } },
    "gap: lost events",
  ],
  [
    "an agent's event is no flow",
    { agent_event: { type: "POLICY_UPDATED" } },
    "aside: events of agents and nodes",
  ],
  [
    "a node's status is no flow",
    { node_status: { state_change: "NODE_CONNECTED" } },
    "aside: events of agents and nodes",
  ],
  [
    "a name that no API server takes names no pod",
    line({ source: { namespace: "shop", pod_name: "web\u001b[2J", labels: ["k8s:app=web"] } }),
    "192.0.2.10 → 198.51.100.20 TCP/5432 passed ×1",
  ],
  [
    "a label that no API server takes is left out",
    line({
      source: {
        namespace: "shop",
        pod_name: "web-0",
        labels: ["k8s:app=web", "k8s:__proto__=x", "k8s:a=\u001b"],
      },
    }),
    `${ASKED} passed ×1`,
  ],
  [
    "a verdict that nobody knows can't be read",
    line({ verdict: "MAYBE" }),
    "bad: has a verdict that isn't Hubble's",
  ],
];

describe("Hubble: what an event says", () => {
  for (const [claim, given, expected] of cases) {
    it(claim, () => {
      const value = given as Readonly<Record<string, unknown>>;
      assert.ok(isHubble(value));
      assert.equal(said(readHubble(value)), expected);
    });
  }

  it("has the flow's time, else the line's", () => {
    const time = (value: Readonly<Record<string, unknown>>) => {
      const reading = readHubble(value);
      return reading.kind === "connection" ? reading.time?.first : undefined;
    };
    assert.equal(time({ flow: flow({ time: "2026-01-01T00:00:00.123456789Z" }) }), 1_767_225_600_123);
    assert.equal(
      time({ flow: flow({ time: undefined }), time: "2026-01-01T02:00:00+02:00" }),
      1_767_225_600_000,
    );
    assert.equal(
      time({ flow: flow({ time: "2026-01-01T00:00:00" }) }),
      undefined,
      "without a zone it is no time",
    );
  });
});
