// Longer than most: what tiers decide, a test each, on shared worlds.
import { strict as assert } from "node:assert";
import { ask } from "../../../reachability/compute/analysis";
import { outsideMeant } from "../../../reachability/answer/endFilter";
import { analysisOfObjects } from "../worlds";

const VERSION = "policy.networking.k8s.io/v1beta1";
const pod = (namespace: string, app: string, ip: string, spec: object = {}) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name: app, labels: { app } },
  spec: { containers: [{ name: "main", ports: [{ name: "sql", containerPort: 5432 }] }], ...spec },
  status: { podIP: ip, podIPs: [{ ip }] },
});
const namespace = (name: string, team: string) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { team } },
});

/** web and db of team shop, tool of another; only web may enter db, on 5432. */
const WORLD = [
  namespace("shop", "shop"),
  namespace("tools", "ops"),
  pod("shop", "web", "10.0.0.1"),
  pod("shop", "db", "10.0.0.2"),
  pod("tools", "tool", "10.0.1.1"),
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace: "shop", name: "db" },
    spec: {
      podSelector: { matchLabels: { app: "db" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { app: "web" } } }],
          ports: [{ protocol: "TCP", port: 5432 }],
        },
      ],
    },
  },
];

const everywhere = { namespaces: {} };
const team = (name: string) => ({ namespaces: { matchLabels: { team: name } } });
const app = (name: string) => ({
  pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: name } } },
});
const tcp = (number: number) => ({ tcp: { destinationPort: { number } } });

let count = 0;
/** A ClusterNetworkPolicy: in the Admin tier, of priority 10, for everybody, unless said otherwise. */
const cluster = (spec: object) => ({
  apiVersion: VERSION,
  kind: "ClusterNetworkPolicy",
  metadata: { name: `p${count++}` },
  spec: { tier: "Admin", priority: 10, subject: everywhere, ...spec },
});
const baseline = (spec: object) => cluster({ tier: "Baseline", ...spec });
const accept = (from: object, ...protocols: object[]) => ({
  action: "Accept",
  from: [from],
  ...(protocols.length > 0 && { protocols }),
});
const deny = (from: object, ...protocols: object[]) => ({ ...accept(from, ...protocols), action: "Deny" });
const pass = (from: object, ...protocols: object[]) => ({ ...accept(from, ...protocols), action: "Pass" });
/** The same for egress. */
const out = ({ from, ...rule }: ReturnType<typeof accept>) => ({ ...rule, to: from });

/**
 * Answers, in this order: web → db 5432, web → db 80, tool → db 5432, tool → web 80, web → 8.8.8.8 443, 8.8.8.8 → web 80.
 * Without tiers they are `+--+++`.
 */
const CASES: readonly (readonly [claim: string, policies: readonly object[], answers: string])[] = [
  ["without policies of tiers NetworkPolicies decide", [], "+--+++"],
  [
    "an Admin accept opens what a NetworkPolicy closes",
    [cluster({ ingress: [accept(everywhere)] })],
    "++++++",
  ],
  [
    "an Admin accept closes nothing that it doesn't name",
    [cluster({ ingress: [accept(app("nobody"))] })],
    "+--+++",
  ],
  [
    "an Admin deny closes what a NetworkPolicy opens, pods as peers mean no address outside",
    [cluster({ ingress: [deny(everywhere)] })],
    "----++",
  ],
  [
    "an Admin pass leaves it to NetworkPolicies",
    [cluster({ ingress: [pass(everywhere), deny(everywhere)] })],
    "+--+++",
  ],
  [
    "the first rule that matches decides",
    [cluster({ ingress: [accept(app("tool")), deny(everywhere)] })],
    "--+++" + "+",
  ],
  [
    "the lower priority number is asked first",
    [cluster({ priority: 5, ingress: [deny(app("tool"))] }), cluster({ ingress: [accept(app("tool"))] })],
    "+---++",
  ],
  [
    "a pass skips the rest of its tier, other policies too",
    [
      cluster({ priority: 5, ingress: [pass(app("tool"))] }),
      cluster({ ingress: [accept(app("tool")), deny(app("web"))] }),
    ],
    "---+++",
  ],
  [
    "policies of one priority that disagree leave it open",
    [cluster({ ingress: [deny(app("tool"))] }), cluster({ ingress: [accept(app("tool"))] })],
    "+-??++",
  ],
  [
    "policies of one priority that agree don't",
    [cluster({ ingress: [deny(app("tool"))] }), cluster({ ingress: [deny(team("ops"))] })],
    "+---++",
  ],
  [
    "of one priority, pass and accept differ only where NetworkPolicies deny",
    [cluster({ ingress: [pass(app("tool"))] }), cluster({ ingress: [accept(app("tool"))] })],
    "+-?+++",
  ],
  [
    "a rule of some ports decides these only",
    [cluster({ ingress: [deny(everywhere, tcp(5432))] })],
    "---+++",
  ],
  [
    "a range of ports",
    [
      cluster({
        ingress: [deny(everywhere, { tcp: { destinationPort: { range: { start: 79, end: 81 } } } })],
      }),
    ],
    "+---++",
  ],
  [
    "a rule of another protocol decides nothing here",
    [cluster({ ingress: [deny(everywhere, { udp: { destinationPort: { number: 80 } } })] })],
    "+--+++",
  ],
  [
    "a port's name is the destination's",
    [cluster({ ingress: [deny(everywhere, { destinationNamedPort: "sql" })] })],
    "---+++",
  ],
  [
    "a subject of namespaces leaves others alone",
    [cluster({ subject: team("ops"), ingress: [deny(everywhere)] })],
    "+--+++",
  ],
  [
    "a subject of pods leaves others alone",
    [cluster({ subject: app("web"), ingress: [deny(everywhere)] })],
    "+---++",
  ],
  [
    "an egress deny closes what ingress admits",
    [cluster({ subject: app("web"), egress: [out(deny(team("shop")))] })],
    "---+++",
  ],
  [
    "an egress accept doesn't open what the other side denies",
    [cluster({ egress: [out(accept(everywhere))] })],
    "+--+++",
  ],
  [
    "networks mean addresses outside, and pods by theirs",
    [cluster({ egress: [out(deny({ networks: ["0.0.0.0/0"] }))] })],
    "----" + "-+",
  ],
  [
    "networks that hold no pod leave pods alone",
    [cluster({ egress: [out(deny({ networks: ["8.0.0.0/8"] }))] })],
    "+--+-+",
  ],
  [
    "host names may be any address outside",
    [
      cluster({
        egress: [out(accept({ domainNames: ["api.example"] })), out(deny({ networks: ["0.0.0.0/0"] }))],
      }),
    ],
    "----?+",
  ],
  [
    "nodes may be any address outside, and no pod of its own network",
    [cluster({ egress: [out(deny({ nodes: {} }))] })],
    "+--+?+",
  ],
  [
    "a Baseline deny closes what no NetworkPolicy isolates",
    [baseline({ ingress: [deny(everywhere)] })],
    "+---++",
  ],
  [
    "a Baseline accept opens nothing that a NetworkPolicy closes",
    [baseline({ ingress: [accept(everywhere)] })],
    "+--+++",
  ],
  [
    "a NetworkPolicy of ingress leaves egress to the Baseline tier",
    [
      baseline({ subject: app("db"), egress: [out(deny({ networks: ["0.0.0.0/0"] }))] }),
      baseline({ priority: 20, subject: app("web"), egress: [out(deny({ networks: ["8.0.0.0/8"] }))] }),
    ],
    "+--+-+",
  ],
  [
    "a Baseline pass leaves it open",
    [baseline({ ingress: [pass(app("tool")), deny(everywhere)] })],
    "+--+++",
  ],
  [
    "an Admin pass reaches the Baseline tier where nothing isolates",
    [cluster({ ingress: [pass(everywhere)] }), baseline({ ingress: [deny(everywhere)] })],
    "+---++",
  ],
  [
    "an Admin accept comes before a Baseline deny",
    [cluster({ ingress: [accept(app("tool"))] }), baseline({ ingress: [deny(everywhere)] })],
    "+-++++",
  ],
];

function answersTo(policies: readonly object[], options = {}): string {
  const analysis = analysisOfObjects([...WORLD, ...policies], options);
  const end = (text: string) => {
    const found = analysis.ends.find(({ id }) => id === `${text}[Pod]`);
    const [outside] = outsideMeant(analysis.relation.classes.outside, text) ?? [];
    return found ?? outside ?? assert.fail(text);
  };
  const questions = [
    ["shop/web", "shop/db", 5432],
    ["shop/web", "shop/db", 80],
    ["tools/tool", "shop/db", 5432],
    ["tools/tool", "shop/web", 80],
    ["shop/web", "8.8.8.8", 443],
    ["8.8.8.8", "shop/web", 80],
  ] as const;
  const signs = { allowed: "+", blocked: "-", unknown: "?" };
  return questions.map(([from, to, port]) => signs[ask(analysis, end(from), end(to), "TCP", port)]).join("");
}

describe("reachability: tiers of policies", () => {
  for (const [claim, policies, answers] of CASES) it(claim, () => assert.equal(answersTo(policies), answers));

  it("an AdminNetworkPolicy and the BaselineAdminNetworkPolicy are tiers too", () => {
    const older = (kind: string, name: string, spec: object) => ({
      apiVersion: "policy.networking.k8s.io/v1alpha1",
      kind,
      metadata: { name },
      spec: { subject: everywhere, ...spec },
    });
    const ports = [{ portNumber: { protocol: "TCP", port: 5432 } }, { portRange: { start: 90, end: 99 } }];
    const rule = { action: "Allow", from: [app("tool")], ports };
    const admin = older("AdminNetworkPolicy", "a", { priority: 1, ingress: [rule] });
    const base = older("BaselineAdminNetworkPolicy", "default", {
      ingress: [{ ...rule, action: "Deny", ports: undefined }],
    });
    assert.equal(answersTo([admin]), "+-++++");
    assert.equal(answersTo([base]), "+---++");
    assert.equal(answersTo([admin, base]), "+-+-++");
  });

  it("where both APIs are used, or the plugin isn't known to serve them, what they may change is unknown", () => {
    const both = [
      cluster({ subject: app("db"), ingress: [deny(everywhere)] }),
      {
        apiVersion: "policy.networking.k8s.io/v1alpha1",
        kind: "AdminNetworkPolicy",
        metadata: { name: "a" },
        spec: { priority: 1, subject: app("web"), egress: [out({ ...accept(everywhere), action: "Deny" })] },
      },
    ];
    assert.equal(answersTo(both), "?--+?+");
    const [first] = both;
    for (const cni of ["k3s", "cilium", "aws-vpc-cni", "azure"])
      assert.equal(answersTo([first ?? {}], { cni }), "?--+++", cni);
    assert.equal(answersTo([first ?? {}], { cni: "calico" }), "---+++");
  });
});
