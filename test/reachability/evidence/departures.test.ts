// Longer than most: every departure, as each plugin answers it and as explain names it.
import { strict as assert } from "node:assert";
import { app, block, departuresOf, from, on, pod, policy, type Row, testRows, to } from "./table";

const WEB = pod("web", ["10.0.0.1"]);
const DB = pod("db", ["10.0.0.2"]);
const TEN = block("10.0.0.0/8");
const NAMED = { containers: [{ name: "main", ports: [{ name: "http", containerPort: 8080 }] }] };

const BLOCK = [WEB, DB, policy("db", { ingress: [from(TEN)] })];
const BEYOND = [
  WEB,
  DB,
  policy("web", { ingress: [], egress: [to(app("other"))], policyTypes: ["Ingress"] }),
];
const HASH = { "pod-template-hash": "x" };
const HIDDEN = [
  pod("web", ["10.0.0.1"], {}, HASH),
  DB,
  policy("db", { ingress: [from({ podSelector: { matchLabels: HASH } })] }),
];
const NAME = [WEB, pod("db", ["10.0.0.2"], NAMED), policy("web", { egress: [on({}, "http")] })];
const SPELLINGS = [on(to(block("172.18.0.0/16")), 443), on(to(block("172.18.9.0/16")), 3128)];
const V4_EGRESS =
  "what pods with IPv6 addresses send by IPv4 isn't filtered: it passes unless ENABLE_V4_EGRESS is false";

const rows: readonly Row[] = [
  {
    claim: "a block of pods",
    cni: "any",
    objects: BLOCK,
    ask: "web db 80",
    is: "allowed",
    departs: ["On cilium it would be blocked: ipBlocks don't match pods and nodes there."],
  },
  {
    claim: "a block of pods",
    cni: "cilium",
    objects: BLOCK,
    ask: "web db 80",
    is: "blocked",
    departs: ["By the policies' words it would pass; on cilium ipBlocks don't match pods and nodes there."],
  },
  { claim: "a block of pods", cni: "calico", objects: BLOCK, ask: "web db 80", is: "allowed", departs: [] },
  {
    claim: "rules beyond the types",
    cni: "any",
    objects: BEYOND,
    ask: "web db 80",
    is: "allowed",
    departs: ["cilium", "aws-vpc-cni"].map(
      (cni) =>
        `On ${cni} it would be blocked: rules count, and isolate, in a direction that policyTypes leaves out.`,
    ),
  },
  {
    claim: "a label that isn't part of an identity",
    cni: "cilium",
    objects: HIDDEN,
    ask: "web db 80",
    is: "blocked",
    departs: [
      "By the policies' words it would pass; on cilium labels that controllers set, and those of kubernetes.io, aren't part of a pod's identity, nor are its namespace's of beta.kubernetes.io.",
    ],
  },
  {
    claim: "SCTP",
    cni: "cilium",
    objects: [WEB, DB],
    ask: "web db sctp/80",
    is: "blocked",
    departs: ["By the policies' words it would pass; on cilium SCTP from and to pods doesn't pass."],
  },
  {
    claim: "a port's name to everybody",
    cni: "aws-vpc-cni",
    objects: NAME,
    ask: "web db 8080",
    is: "blocked",
    departs: ["By the policies' words it would pass; on aws-vpc-cni it resolves port names otherwise."],
  },
  {
    claim: "pods by their own labels",
    cni: "any",
    objects: [WEB, DB, policy("db", { ingress: [from(app("web"))] })],
    ask: "web db 80",
    is: "allowed",
    departs: [],
  },
  {
    claim: "an address outside",
    cni: "any",
    objects: [WEB, policy("web", { egress: [to(block("203.0.113.0/24"))] })],
    ask: "web 203.0.113.7 443",
    is: "allowed",
    departs: [],
  },
];

/** For each departure, what `explain` says: as what it is on that plugin, and of it where none is named. */
interface Departing {
  readonly claim: string;
  readonly cni: "cilium" | "k3s" | "aws-vpc-cni";
  readonly objects: readonly object[];
  readonly ask: string;
  readonly words: Row["is"];
  readonly there: Row["is"];
  readonly because: string;
  /** What others than this plugin do otherwise, with `any`. */
  readonly others?: readonly string[];
}

const ON_NODE = { nodeName: "n1" };
const NODE = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n1" },
  status: { addresses: [{ type: "InternalIP", address: "10.9.0.1" }] },
};
const SIDECAR = {
  initContainers: [{ name: "s", restartPolicy: "Always", ports: [{ name: "http", containerPort: 8080 }] }],
};
const named = (port: number, protocol = "TCP") => ({ name: "http", containerPort: port, protocol });
const ports = (...list: object[]) => ({ containers: [{ name: "main", ports: list }] });
const MANY = Array.from({ length: 25 }, (_, i) => 8000 + 2 * i);
const TIER = { tier: "x" };
const tiered = (name: string, ip: string, port: number) => pod(name, [ip], ports(named(port)), TIER);
const toTier = { ...policy("", { ingress: [on({}, "http")] }), spec: {} };
const OF_TIER = {
  ...toTier,
  spec: { podSelector: { matchLabels: TIER }, policyTypes: ["Ingress"], ingress: [on({}, "http")] },
};
const SHARE =
  "pods of one node whose names differ only after the last dash share their rules, and these may share some";

const departing: readonly Departing[] = [
  {
    claim: "a block of nodes",
    cni: "cilium",
    objects: [
      NODE,
      pod("web", ["10.0.0.1"], { nodeName: "n2" }),
      policy("web", { egress: [to(block("10.9.0.1/32"))] }),
    ],
    ask: "web n1 443",
    words: "allowed",
    there: "blocked",
    because: "ipBlocks don't match pods and nodes there",
  },
  {
    claim: "a pod's own node",
    cni: "cilium",
    objects: [NODE, pod("web", ["10.0.0.1"], ON_NODE), policy("web", { egress: [] })],
    ask: "web n1 443",
    words: "allowed",
    there: "blocked",
    because: "a pod reaches its own node by a rule only",
  },
  {
    claim: "a sidecar's port name",
    cni: "cilium",
    objects: [
      WEB,
      pod("db", ["10.0.0.2"], SIDECAR),
      policy("db", { ingress: [on(from(app("web")), "http")] }),
    ],
    ask: "web db 8080",
    words: "allowed",
    there: "blocked",
    because: "port names of sidecars don't count there",
  },
  {
    claim: "one name for two protocols",
    cni: "cilium",
    objects: [
      WEB,
      pod("db", ["10.0.0.2"], ports(named(8080), named(8081, "UDP"))),
      policy("db", { ingress: [on(from(app("web")), "http")] }),
    ],
    ask: "web db 8080",
    words: "allowed",
    there: "blocked",
    because: "a port's name stands for the last port of that name only",
  },
  {
    claim: "rules of both directions",
    cni: "k3s",
    objects: [
      WEB,
      pod("web-2", ["10.0.0.9"], {}, { app: "web" }),
      policy("web", { ingress: [from(app("web"))], egress: [to(app("db"))] }),
    ],
    ask: "default/web default/web-2 80",
    words: "blocked",
    there: "allowed",
    because: "a policy with rules in both directions is one chain, which opens both between its own pods",
  },
  {
    claim: "a port's name that no pod has",
    cni: "k3s",
    objects: [WEB, DB, policy("db", { ingress: [on(from(app("web")), "http")] })],
    ask: "web db 80",
    words: "blocked",
    there: "allowed",
    because: "its controller reads port names, or blocks of one rule that overlap, otherwise",
  },
  {
    claim: "an exception in another block of its rule",
    cni: "k3s",
    objects: [
      WEB,
      policy("web", { egress: [to(block("192.0.2.0/24", "192.0.2.64/26"), block("192.0.2.0/25"))] }),
    ],
    ask: "web 192.0.2.70 80",
    words: "allowed",
    there: "blocked",
    because: "its controller reads port names, or blocks of one rule that overlap, otherwise",
  },
  {
    claim: "an exception in another rule",
    cni: "aws-vpc-cni",
    objects: [
      WEB,
      policy("web", { egress: [to(block("192.0.2.0/24", "192.0.2.64/26")), to(block("192.0.0.0/16"))] }),
    ],
    ask: "web 192.0.2.70 80",
    words: "allowed",
    there: "blocked",
    because:
      "all rules of a pod are one table, in which an exception cuts into other blocks, one spelling of a block overwrites another, and a peer keeps 24 ports",
  },
  {
    claim: "more ports than are kept",
    cni: "aws-vpc-cni",
    objects: [WEB, DB, policy("web", { egress: [on(to(app("db")), ...MANY)] })],
    ask: "web db 8000",
    words: "allowed",
    there: "unknown",
    because:
      "all rules of a pod are one table, in which an exception cuts into other blocks, one spelling of a block overwrites another, and a peer keeps 24 ports",
  },
  {
    claim: "more ports than are kept, over two policies and a block around the pods",
    cni: "aws-vpc-cni",
    objects: [
      WEB,
      DB,
      policy("web", { egress: [on(to(app("db")), ...MANY.slice(0, 13))] }),
      policy("web", { egress: [on(to(TEN), ...MANY.slice(13))] }, "np-2"),
    ],
    ask: "web db 8000",
    words: "allowed",
    there: "unknown",
    because:
      "all rules of a pod are one table, in which an exception cuts into other blocks, one spelling of a block overwrites another, and a peer keeps 24 ports",
  },
  {
    claim: "an ingress rule's name that selected pods have for several numbers",
    cni: "aws-vpc-cni",
    objects: [WEB, tiered("one", "10.0.0.3", 8080), tiered("two", "10.0.0.4", 9090), OF_TIER],
    ask: "web one 9090",
    words: "blocked",
    there: "allowed",
    because: "it resolves port names otherwise",
  },
  {
    claim: "pods that share a rule set",
    cni: "aws-vpc-cni",
    objects: [WEB, pod("db-0", ["10.0.0.3"]), pod("db-1", ["10.0.0.4"]), policy("db-1", { ingress: [] })],
    ask: "web default/db-0 80",
    words: "allowed",
    there: "unknown",
    because: SHARE,
  },
  {
    claim: "pods that share a rule set with pods of which more is open",
    cni: "aws-vpc-cni",
    objects: [
      WEB,
      pod("db-0", ["10.0.0.3"]),
      pod("db-1", ["10.0.0.4"]),
      policy("db-0", { ingress: [] }),
      policy("db-1", { ingress: [from(app("web"))] }),
    ],
    ask: "web default/db-0 80",
    words: "blocked",
    there: "unknown",
    because: SHARE,
  },
];

const WOULD = { allowed: "it would pass", blocked: "it would be blocked", unknown: "it wouldn't be known" };

describe("reachability: what is said of plugins that do otherwise", () => {
  testRows(rows);
  testRows(
    departing.flatMap(({ words, there, because, ...row }): Row[] => [
      { ...row, is: there, departs: [`By the policies' words ${WOULD[words]}; on ${row.cni} ${because}.`] },
      { ...row, cni: "calico", is: words, departs: [] },
    ]),
  );
  for (const { words, there, because, ...row } of departing)
    it(`any: ${row.claim}: names ${row.cni}`, () => {
      assert.ok(
        departuresOf({ ...row, cni: "any", is: words }).includes(
          `On ${row.cni} ${WOULD[there]}: ${because}.`,
        ),
      );
    });

  const API = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "api", namespace: "default" },
    spec: { selector: { app: "db" }, clusterIP: "10.43.7.9", ports: [{ port: 443, targetPort: 80 }] },
  };
  const TO_SERVICE = [WEB, DB, API, policy("web", { egress: [to(block("10.43.7.9/32"))] })];
  const SEES_PODS = "it would be blocked: policies see the pods behind, not the Service's address.";
  testRows([
    {
      claim: "a Service's address",
      cni: "any",
      objects: TO_SERVICE,
      ask: "web svc/api 443",
      is: "unknown",
      departs: [
        `On cilium ${SEES_PODS}`,
        `On k3s ${SEES_PODS}`,
        "On aws-vpc-cni it would pass: policies see a Service's address before it becomes a pod's.",
      ],
    },
    {
      claim: "a Service's address",
      cni: "k3s",
      objects: TO_SERVICE,
      ask: "web 10.43.7.9 443",
      is: "blocked",
      departs: [],
    },
    {
      claim: "a Service's address",
      cni: "aws-vpc-cni",
      objects: TO_SERVICE,
      ask: "web 10.43.7.9 443",
      is: "allowed",
      departs: [
        "By the policies' words it would be blocked; on aws-vpc-cni policies see a Service's address before it becomes a pod's.",
      ],
    },
    {
      claim: "a Service whose pods' labels a rule asks for, and it doesn't",
      cni: "aws-vpc-cni",
      objects: [
        WEB,
        pod("db", ["10.0.0.2"], {}, { tier: "data" }),
        API,
        policy("web", { egress: [to({ podSelector: { matchLabels: { app: "db", tier: "data" } } })] }),
      ],
      ask: "web svc/api 443",
      is: "blocked",
      departs: [
        "By the policies' words it would pass; on aws-vpc-cni policies see a Service's address before it becomes a pod's.",
      ],
    },
    {
      claim: "pods that share a rule set, on nodes of their own",
      cni: "aws-vpc-cni",
      objects: [
        WEB,
        pod("db-0", ["10.0.0.3"], { nodeName: "n1" }),
        pod("db-1", ["10.0.0.4"], { nodeName: "n2" }),
        policy("db-1", { ingress: [] }),
      ],
      ask: "web default/db-0 80",
      is: "allowed",
      departs: [],
    },
    {
      claim: "pods that share a rule set, all of them selected",
      cni: "aws-vpc-cni",
      objects: [WEB, pod("db-0", ["10.0.0.3"]), pod("db-1", ["10.0.0.4"]), policy("", { ingress: [] })],
      ask: "web default/db-0 80",
      is: "blocked",
      departs: [],
    },
    {
      claim: "a policy that may act on pods which it doesn't select",
      cni: "aws-vpc-cni",
      objects: [WEB, pod("db-0", ["10.0.0.3"]), pod("db-1", ["10.0.0.4"]), policy("db-1", { ingress: [] })],
      ask: "web default/db-0 80",
      is: "unknown",
      says: /NetworkPolicy default\/np-db-1 .* share their rules on aws-vpc-cni/,
    },
    {
      claim: "IPv4 from a pod with IPv6",
      cni: "any",
      objects: [pod("web", ["fd00::1"]), policy("web", { egress: [to(block("203.0.113.0/24"))] })],
      ask: "web 203.0.113.7 443",
      is: "blocked",
      departs: [`On aws-vpc-cni it wouldn't be known: ${V4_EGRESS}.`],
    },
    {
      claim: "IPv4 from a pod with IPv6",
      cni: "aws-vpc-cni",
      objects: [pod("web", ["fd00::1"]), policy("web", { egress: [] })],
      ask: "web 203.0.113.7 443",
      is: "unknown",
      says: /^No policy judges it: default\/web\[Pod\] has IPv6 addresses and 203\.0\.113\.7 IPv4 ones/m,
      departs: [`By the policies' words it would be blocked; on aws-vpc-cni ${V4_EGRESS}.`],
    },
    ...(["calico", "cilium", "k3s", "azure"] as const).map((cni): Row => ({
      claim: "IPv4 from a pod with IPv6",
      cni,
      objects: [pod("web", ["fd00::1"]), policy("web", { egress: [] })],
      ask: "web 203.0.113.7 443",
      is: "blocked",
      departs: [],
    })),
    {
      claim: "one block in two spellings, which overwrite each other",
      cni: "any",
      objects: [WEB, policy("web", { egress: SPELLINGS })],
      options: { kubernetes: "1.35" },
      ask: "web 172.18.0.7 443",
      is: "allowed",
      departs: [
        "On aws-vpc-cni it wouldn't be known: all rules of a pod are one table, in which an exception cuts into other blocks, one spelling of a block overwrites another, and a peer keeps 24 ports.",
      ],
    },
  ]);
});
