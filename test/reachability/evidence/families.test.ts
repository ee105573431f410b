import { strict as assert } from "node:assert";
import { explain } from "../../../reachability/answer/explain";
import { diff } from "../../../reachability/answer/diff";
import { txtFormat } from "../../../reachability/answer/formats/txt";
import { familiesAlike } from "../../../reachability/read/familiesAlike";
import { readWorld } from "../../../reachability/read/readWorld";
import { analyze } from "../../../reachability/compute/analysis";
import { analysisOfObjects, sourced } from "../worlds";
import { type Row, app, block, from, pod, policy, testRows, to } from "./table";

const V4 = ["10.0.0.1"];
const V6 = ["fd00::1"];
const DUAL = ["10.0.0.1", "fd00::1"];
const OTHER = ["10.0.0.2", "fd00::2"];
const ANY6 = block("::/0");
const ANY4 = block("0.0.0.0/0");

const rows: readonly Row[] = [
  ...(["calico", "aws-vpc-cni"] as const).map((cni): Row => ({
    claim: "IPv4 but for an exception leaves IPv6 closed, where nothing shows the pods' families",
    cni,
    objects: [pod("web"), policy("web", { ingress: [from(block("0.0.0.0/0", "10.0.0.0/8"))] })],
    ask: "2001:db8::1 web 443",
    is: "blocked",
  })),
  ...(["allowed", "blocked"] as const).map((is): Row => ({
    claim: "an exception beside a rule for everybody, where nothing shows the pods' families",
    cni: is === "allowed" ? "calico" : "aws-vpc-cni",
    objects: [pod("web"), policy("web", { egress: [to(block("10.0.0.0/8", "10.1.0.0/16")), {}] })],
    ask: "web 10.1.0.1 443",
    is,
  })),
  {
    claim: "an IPv4-only pod has no IPv6 packets to leave by",
    cni: "calico",
    objects: [pod("web", V4), policy("web", { egress: [to(ANY6)] })],
    ask: "web 2001:db8::1 443",
    is: "blocked",
    says: /web\[Pod\] has IPv4 addresses and .* IPv6 ones/,
  },
  {
    claim: "nor has one that no policy isolates",
    cni: "calico",
    objects: [pod("web", V4)],
    ask: "web 2001:db8::1 443",
    is: "blocked",
  },
  {
    claim: "nor do IPv6 packets reach it",
    cni: "calico",
    objects: [pod("web", V4)],
    ask: "2001:db8::1 web 443",
    is: "blocked",
  },
  {
    claim: "IPv4 packets leave",
    cni: "calico",
    objects: [pod("web", V4), policy("web", { egress: [to(ANY4)] })],
    ask: "web 192.0.2.1 443",
    is: "allowed",
  },
  {
    claim: "an IPv4-only pod isn't among ::/0",
    cni: "calico",
    objects: [pod("web", V4), pod("db", ["10.0.0.2"]), policy("db", { ingress: [from(ANY6)] })],
    ask: "web db 80",
    is: "blocked",
  },
  {
    claim: "egress by IPv4 and ingress by IPv6 have no packet in common",
    cni: "calico",
    objects: [
      pod("web", DUAL),
      pod("db", OTHER),
      policy("web", { egress: [to(block("10.0.0.0/8"))] }),
      policy("db", { ingress: [from(block("fd00::/8"))] }),
    ],
    ask: "web db 80",
    is: "blocked",
    says: /IPv4: Ingress: .*\n(.*\n)?IPv6: Egress: /,
  },
  {
    claim: "a label on one side and a block on the other meet in the block's family",
    cni: "calico",
    objects: [
      pod("web", DUAL),
      pod("db", OTHER),
      policy("web", { egress: [to(app("db"))] }),
      policy("db", { ingress: [from(block("fd00::/8"))] }),
    ],
    ask: "web db 80",
    is: "allowed",
  },
  {
    claim: "both sides by IPv6 alone",
    cni: "calico",
    objects: [
      pod("web", DUAL),
      pod("db", OTHER),
      policy("web", { egress: [to(block("fd00::2/128"))] }),
      policy("db", { ingress: [from(block("fd00::1/128"))] }),
    ],
    ask: "web db 80",
    is: "allowed",
  },
  {
    claim: "a dual-stack pod and an IPv4-only one meet by IPv4 only",
    cni: "calico",
    objects: [pod("web", DUAL), pod("db", ["10.0.0.2"]), policy("web", { egress: [to(block("fd00::/8"))] })],
    ask: "web db 80",
    is: "blocked",
  },
  {
    claim: "pods of different families never meet",
    cni: "calico",
    objects: [pod("web", V4), pod("db", ["fd00::2"])],
    ask: "web db 80",
    is: "blocked",
  },
  {
    claim: "a pod without address has the families of the others",
    cni: "calico",
    objects: [pod("web"), pod("db", V4)],
    ask: "web 2001:db8::1 80",
    is: "blocked",
  },
  {
    claim: "or of the ranges that are given",
    cni: "calico",
    objects: [pod("web")],
    podCidr: ["fd00::/64"],
    ask: "web 192.0.2.1 80",
    is: "blocked",
  },
  {
    claim: "or of the ranges of the nodes",
    cni: "calico",
    objects: [
      pod("web"),
      { apiVersion: "v1", kind: "Node", metadata: { name: "n" }, spec: { podCIDRs: ["10.1.0.0/24"] } },
    ],
    ask: "web 2001:db8::1 80",
    is: "blocked",
  },
  {
    claim: "where nothing tells, it is asked about as having the family that the question has",
    cni: "calico",
    objects: [pod("web")],
    ask: "web 2001:db8::1 80",
    is: "allowed",
  },
  {
    claim: "an IPv6-only world is one of IPv6",
    cni: "calico",
    objects: [pod("web", V6), policy("web", { egress: [to(ANY6)] })],
    ask: "web 2001:db8::1 80",
    is: "allowed",
  },
];

describe("evidence: a packet has one family", () => {
  testRows(rows);

  it("proposes no rule where no packet could pass", () => {
    const analysis = analysisOfObjects([pod("web", V4), policy("web", { egress: [] })]);
    const [web, six] = ["default/web[Pod]", "::/0"].map((id) => analysis.ends.find((end) => end.id === id));
    assert.ok(web !== undefined && six !== undefined);
    const { verdict, changes } = explain(analysis, { from: web, to: six, protocol: "TCP", port: 443 });
    assert.deepEqual(
      [verdict, changes],
      [
        "blocked",
        [
          {
            kind: "none",
            side: "egress",
            reason: "default/web[Pod] has IPv4 addresses and ::/0 IPv6 ones, and a packet has one family",
          },
        ],
      ],
    );
  });

  it("names a node by the address that the packet can have", () => {
    const host = {
      ...pod("agent", ["10.9.0.1", "fd09::1"], { hostNetwork: true, nodeName: "n1" }),
    };
    const analysis = analysisOfObjects([
      host,
      pod("web", V4, { nodeName: "n2" }),
      policy("web", { egress: [] }),
    ]);
    const [web, agent] = ["web", "agent"].map((name) => analysis.ends.find((end) => end.name === name));
    assert.ok(web !== undefined && agent !== undefined);
    const { changes } = explain(analysis, { from: web, to: agent, protocol: "TCP", port: 443 });
    assert.match(JSON.stringify(changes), /10\.9\.0\.1\/32/);
    assert.doesNotMatch(JSON.stringify(changes), /fd09/);
  });

  it("prints a plain IPv4 world's outside lines once", () => {
    const { units } = analysisOfObjects([pod("web", V4), pod("db", ["10.0.0.2"])]);
    const lines = [...txtFormat(units)]
      .join("")
      .split("\n")
      .filter((line) => /\d-/.test(line) || line.includes("::"));
    assert.deepEqual(lines, [
      "0.0.0.0-255.255.255.255 => default/db[Pod] : All Connections",
      "0.0.0.0-255.255.255.255 => default/web[Pod] : All Connections",
      "default/db[Pod] => 0.0.0.0-255.255.255.255 : All Connections",
      "default/web[Pod] => 0.0.0.0-255.255.255.255 : All Connections",
    ]);
  });

  it("a diff of a live IPv4 world with its manifests gains no IPv6", () => {
    const live = readWorld(sourced([pod("web", V4)]), { representatives: false }).world;
    const manifests = readWorld(sourced([pod("web")]), { representatives: false }).world;
    const [one, other] = familiesAlike([live, manifests]).map((world) => analyze(world).units);
    assert.ok(one !== undefined && other !== undefined);
    const { gained, lost } = diff(one, other);
    assert.ok([...gained.upper, ...lost.upper].every((row) => row.length === 0));
  });
});
