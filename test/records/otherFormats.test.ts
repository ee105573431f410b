// Longer than most: one table of lines, and what each says.
import { strict as assert } from "node:assert";
import { type RecordReading, type RecordedEnd, RecordLines } from "../../records";

const AGENT = { level: "info", ts: "2026-01-01T00:00:00.000Z", caller: "runtime/asm_amd64.s:1771" };
const agent = (msg: string, more: object = {}) => JSON.stringify({ ...AGENT, msg, ...more });
const V4 =
  "Flow Info: Src IP: 192.0.2.10 Src Port: 40000 Dest IP: 198.51.100.20 Dest Port: 5432 Proto TCP Verdict DENY Direction egress, Tier DEFAULT";
const V6 =
  "Flow Info: Src IP: 2001:db8:1::2 Src Port: 40000 Dest IP: 2001:db8:2::3 Dest Port: 5432 Proto: TCP Verdict: DENY Direction: egress Tier: DEFAULT";
const SENT =
  "Node: n1;SIP: 192.0.2.10;SPORT: 40000;DIP: 198.51.100.20;DPORT: 5432;PROTOCOL: TCP;PolicyVerdict: DENY;Tier: DEFAULT";
const KEYS = {
  "Src IP": "192.0.2.10",
  "Src Port": 40000,
  "Dest IP": "198.51.100.20",
  "Dest Port": 5432,
  Proto: "TCP",
  Verdict: "ACCEPT",
};

const EMITTED = {
  source_name: "web-7c9f-*",
  source_namespace: "shop",
  source_type: 1,
  dest_name: "db-*",
  dest_namespace: "shop",
  dest_type: 1,
  dest_port: 5432,
  proto: "tcp",
  reporter: 1,
  action: 1,
};
const LABELS = { source_labels: ["app=web", "__proto__=x"], dest_labels: ["app=db"] };
const emitted = (key: object = {}, flow: object = LABELS) =>
  JSON.stringify({ Key: { ...EMITTED, ...key }, start_time: 1767225600, end_time: 1767225615, ...flow });
const PROTOJSON = {
  id: "7",
  flow: {
    Key: {
      sourceName: "web-7c9f-*",
      sourceNamespace: "shop",
      sourceType: "WorkloadEndpoint",
      destName: "db-*",
      destNamespace: "shop",
      destType: "WorkloadEndpoint",
      destPort: "5432",
      proto: "tcp",
      reporter: "Dst",
      action: "Deny",
    },
    startTime: "1767225600",
    endTime: "1767225615",
    sourceLabels: ["app=web"],
    destLabels: ["app=db"],
  },
};
const WHISKER = {
  start_time: "2026-01-01T00:00:00Z",
  end_time: "2026-01-01T00:00:15Z",
  action: "Allow",
  reporter: "Src",
  source_name: "web-7c9f-*",
  source_namespace: "shop",
  source_labels: "app=web | tier=front",
  dest_name: "db-*",
  dest_namespace: "shop",
  dest_labels: "app=db",
  protocol: "tcp",
  dest_port: 5432,
};

const CONNTRACK =
  "tcp      6 431999 ESTABLISHED src=192.0.2.2 dst=203.0.113.9 sport=44666 dport=80 src=198.51.100.2 dst=198.51.100.1 sport=8080 dport=44666 [ASSURED] mark=0 use=1";
const UNREPLIED =
  "udp      17 29 src=192.0.2.2 dst=203.0.113.9 sport=44666 dport=53 [UNREPLIED] src=203.0.113.9 dst=192.0.2.2 sport=53 dport=44666 mark=0 use=1";
const LOGEMU =
  "Jan  1 00:00:00 n1  IN=veth1 OUT=eth0 MAC=aa:bb SRC=192.0.2.10 DST=198.51.100.20 LEN=60 TOS=00 PREC=0x00 TTL=63 ID=1 DF PROTO=TCP SPT=40000 DPT=5432 SEQ=1 ACK=0 WINDOW=64240 SYN URGP=0 MARK=0";
const ULOGD = {
  timestamp: "2026-01-01T00:00:00.000000+0000",
  "oob.family": 2,
  "oob.prefix": "",
  "ip.protocol": 6,
  src_ip: "192.0.2.10",
  dest_ip: "198.51.100.20",
  src_port: 40000,
  dest_port: 5432,
  "tcp.syn": 1,
};

const endText = ({ address, pod, isNode }: RecordedEnd): string =>
  isNode === true ? "node" : (address ?? `${pod?.namespace ?? ""}${JSON.stringify(pod?.labels)}`);
const said = (reading: RecordReading): string => {
  switch (reading.kind) {
    case "connection":
      return `${endText(reading.from)} → ${endText(reading.to)} ${reading.protocol}/${reading.port} ${reading.outcome} at ${reading.time === undefined ? "no time" : new Date(reading.time.last).toISOString().slice(11, 19)}`;
    case "unclear":
    case "gap":
      return `${reading.kind}: ${reading.because}`;
    case "aside":
      return `aside: ${reading.what}`;
    case "bad":
      return `bad: ${reading.message}`;
  }
};

const ASKED = "192.0.2.10 → 198.51.100.20 TCP/5432";
const PODS = 'shop{"app":"web"} → shop{"app":"db"} TCP/5432';
const cases: readonly (readonly [string, string, string, string])[] = [
  [
    "a denial of the agent's, which is no proof",
    agent(V4),
    "EKS network policy agent",
    `${ASKED} perhaps denied at 00:00:00`,
  ],
  [
    "the same for IPv6",
    agent(V6),
    "EKS network policy agent",
    "2001:db8:1::2 → 2001:db8:2::3 TCP/5432 perhaps denied at 00:00:00",
  ],
  [
    "the same as it was sent to CloudWatch",
    SENT,
    "EKS network policy agent",
    `${ASKED} perhaps denied at no time`,
  ],
  [
    "what older agents say in keys",
    agent("Flow Info:  ", KEYS),
    "EKS network policy agent",
    `${ASKED} let out at 00:00:00`,
  ],
  [
    "another line of the agent's",
    agent("Starting"),
    "EKS network policy agent",
    "aside: the agent's other lines",
  ],
  [
    "the end of a connection",
    agent(V4.replace("DENY", "EXPIRED/DELETED")),
    "EKS network policy agent",
    "aside: events without a verdict",
  ],
  [
    "a flow that is cut off",
    agent(V4.slice(0, 60)),
    "EKS network policy agent",
    "bad: is a flow of the agent's in a form that isn't known",
  ],
  [
    "a verdict that nobody knows",
    agent(V4.replace("DENY", "MAYBE")),
    "EKS network policy agent",
    "bad: has a verdict that isn't the agent's",
  ],
  [
    "a port that isn't one",
    agent(V4.replace("5432", "99999")),
    "EKS network policy agent",
    "bad: has a port that isn't from 1 to 65535",
  ],
  ...(
    [
      ["egress", "let out"],
      ["ingress", "passed"],
    ] as const
  ).map(
    ([direction, outcome]) =>
      [
        `what the agent lets through on ${direction} is ${outcome}`,
        agent(V4.replace("Verdict DENY Direction egress", `Verdict ACCEPT Direction ${direction}`)),
        "EKS network policy agent",
        `${ASKED} ${outcome} at 00:00:00`,
      ] as const,
  ),
  [
    "what the destination's side allows passed",
    emitted({ reporter: 2 }),
    "Goldmane",
    `${PODS} passed at 00:00:15`,
  ],
  ["a flow as Goldmane's emitter has it", emitted(), "Goldmane", `${PODS} let out at 00:00:15`],
  ["a denial", emitted({ action: 2 }), "Goldmane", `${PODS} denied at 00:00:15`],
  ["a flow in protojson", JSON.stringify(PROTOJSON), "Goldmane", `${PODS} denied at 00:00:15`],
  [
    "a flow of Whisker's",
    JSON.stringify(WHISKER),
    "Goldmane",
    'shop{"app":"web","tier":"front"} → shop{"app":"db"} TCP/5432 let out at 00:00:15',
  ],
  ["a name that is many pods'", emitted({}, {}), "Goldmane", "unclear: an aggregated end without labels"],
  [
    "the public network",
    emitted({ dest_name: "pub", dest_namespace: "-", dest_type: 4 }),
    "Goldmane",
    "unclear: a public or private network without addresses",
  ],
  [
    "a private one",
    emitted({ source_name: "pvt", source_namespace: "-", source_type: 4 }),
    "Goldmane",
    "unclear: a public or private network without addresses",
  ],
  ["a host", emitted({ source_type: 2 }), "Goldmane", 'node → shop{"app":"db"} TCP/5432 let out at 00:00:15'],
  ["an action that decides nothing", emitted({ action: 3 }), "Goldmane", "aside: events without a verdict"],
  ["no port", emitted({ dest_port: 0 }), "Goldmane", "bad: has a port that isn't from 1 to 65535"],
  [
    "the pod behind a Service, by the answer",
    CONNTRACK,
    "conntrack",
    "192.0.2.2 → 198.51.100.2 TCP/8080 passed at no time",
  ],
  [
    "one without an answer, which may be refused",
    UNREPLIED,
    "conntrack",
    "192.0.2.2 → 203.0.113.9 UDP/53 seen at no time",
  ],
  [
    "an event with its time",
    `[1767225600.500000]\t    [NEW] ${UNREPLIED}`,
    "conntrack",
    "192.0.2.2 → 203.0.113.9 UDP/53 seen at 00:00:00",
  ],
  [
    "a listing of the kernel's own",
    `ipv4     2 ${CONNTRACK}`,
    "conntrack",
    "192.0.2.2 → 198.51.100.2 TCP/8080 passed at no time",
  ],
  [
    "ICMP",
    "icmp     1 29 src=192.0.2.2 dst=203.0.113.9 type=8 code=0 id=1 src=203.0.113.9 dst=192.0.2.2 type=0 code=0 id=1",
    "conntrack",
    "aside: protocols without ports",
  ],
  [
    "an entry that is cut off",
    CONNTRACK.slice(0, 80),
    "conntrack",
    "bad: has an address that isn't one, or is cut off",
  ],
  ["a packet that opens a connection", LOGEMU, "NFLOG", `${ASKED} seen at no time`],
  [
    "a packet that doesn't",
    LOGEMU.replace(" SYN ", " ACK "),
    "NFLOG",
    "unclear: a packet of which nobody says whether it is an answer",
  ],
  ["a packet that is cut off", LOGEMU.slice(0, 90), "NFLOG", "bad: has no protocol: it may be cut off"],
  ["a packet as JSON", JSON.stringify(ULOGD), "NFLOG", `${ASKED} seen at 00:00:00`],
  [
    "a datagram as JSON",
    JSON.stringify({ ...ULOGD, "ip.protocol": 17 }),
    "NFLOG",
    "unclear: a packet of which nobody says whether it is an answer",
  ],
];

describe("records: lines of other formats", () => {
  for (const [what, line, format, expected] of cases) {
    it(`say ${what}`, () => {
      const found = new RecordLines(undefined).read(line);
      assert.deepEqual(
        [found?.format, found === undefined ? undefined : said(found.reading)],
        [format, expected],
      );
    });
  }

  it("aren't searched where they are longer than any packet", () => {
    const found = new RecordLines(undefined).read(`x ${"IN=".repeat(300_000)}`);
    assert.equal(
      found === undefined ? undefined : said(found.reading),
      "bad: is a line of no format that is read here",
    );
  });

  it("are read from the same file as any other", () => {
    const reader = new RecordLines(undefined);
    const formats = [CONNTRACK, emitted(), agent(V4), LOGEMU].map((line) => reader.read(line)?.format);
    assert.deepEqual(formats, ["conntrack", "Goldmane", "EKS network policy agent", "NFLOG"]);
  });
});
