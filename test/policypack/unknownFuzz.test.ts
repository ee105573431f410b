import { strict as assert } from "node:assert";
import { INVARIANTS } from "../../policypack/invariants/all";
import { blur, type Path, type Spot, spotsOf } from "./blur";
import {
  block,
  COMPLIANT,
  defaultDeny,
  LABELS,
  namespace,
  policy,
  type Report,
  run,
  service,
  type TestResource,
  WEB,
  workload,
} from "./helpers";

const within = (path: Path, prefix: string) => {
  const text = path.join(".");
  return text === prefix || text.startsWith(`${prefix}.`) || prefix.startsWith(`${text}.`);
};

const DB = { matchLabels: { app: "db" } };
const ONE_SIDED = { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"] };

/**
 * Stacks with one defect each. `proof` lists what proves it: resource, then paths. With anything else unknown the
 * violation must still be reported; with a part of the proof unknown, something must be said: by nobody is it clean.
 */
const BROKEN: readonly {
  invariant: string;
  stack: readonly TestResource[];
  proof: Readonly<Record<string, string[]>>;
}[] = [
  {
    invariant: "namespace-labels",
    stack: [namespace("shop", { team: "a" }), defaultDeny()],
    proof: { shop: ["metadata.labels", "metadata.name"] },
  },
  {
    invariant: "network-policy-explicit-types",
    stack: [...COMPLIANT, policy("bad", { ...WEB, policyTypes: ["Ingress"] })],
    proof: { bad: ["spec.policyTypes", "spec.egress"] },
  },
  {
    invariant: "network-policy-explicit-types",
    stack: [...COMPLIANT, policy("bad", { podSelector: {}, ingress: [] })],
    proof: { bad: ["spec"] },
  },
  {
    invariant: "network-policy-no-everyone-ingress",
    stack: [...COMPLIANT, policy("bad", { ...WEB, ingress: [...WEB.ingress, { ports: [{ port: 80 }] }] })],
    proof: { bad: ["spec.ingress.1"] },
  },
  {
    invariant: "network-policy-no-everyone-ingress",
    stack: [
      ...COMPLIANT,
      policy("bad", { ...WEB, ingress: [{ from: [{ namespaceSelector: {} }, block("192.0.2.0/24")] }] }),
    ],
    proof: { bad: ["spec.ingress.0.from.0"] },
  },
  {
    invariant: "network-policy-no-everyone-egress",
    stack: [
      ...COMPLIANT,
      policy("bad", {
        ...WEB,
        egress: [
          { to: [{ ipBlock: { cidr: "0.0.0.0/1" } }], ports: [{ port: 1 }] },
          { to: [{ ipBlock: { cidr: "128.0.0.0/1" } }], ports: [{ port: 2 }] },
        ],
      }),
    ],
    // Each half is a violation by itself, so nothing but both of them is needed.
    proof: { bad: ["spec.egress.0.to", "spec.egress.1.to"] },
  },
  {
    invariant: "network-policy-no-metadata-egress",
    stack: [
      ...COMPLIANT,
      policy("bad", { ...WEB, egress: [{ to: [block("169.254.0.0/16")], ports: [{ port: 80 }] }] }),
    ],
    proof: { bad: ["spec.egress.0.to.0.ipBlock"] },
  },
  {
    invariant: "network-policy-no-database-ports-by-cidr",
    stack: [
      ...COMPLIANT,
      policy("bad", { ...WEB, egress: [{ to: [block("198.51.100.7/32")], ports: [{ port: 5432 }] }] }),
    ],
    proof: { bad: ["spec.egress.0"] },
  },
  {
    invariant: "network-policy-trusted-namespace-selectors",
    stack: [
      ...COMPLIANT,
      policy("bad", {
        ...WEB,
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "a" } } }], ports: [{ port: 80 }] }],
      }),
    ],
    proof: { bad: ["spec.ingress.0.from.0.namespaceSelector"] },
  },
  {
    invariant: "workload-no-host-network",
    stack: [...COMPLIANT, workload("apps/v1:DaemonSet", { hostNetwork: true }, { name: "bad" })],
    proof: { bad: ["spec.template.spec.hostNetwork"] },
  },
  {
    invariant: "service-no-open-exposure",
    stack: [namespace(), service({ type: "LoadBalancer", ports: [{ port: 443 }] })],
    proof: { web: ["spec.type"] },
  },
  {
    invariant: "namespace-default-deny",
    stack: [namespace(), policy("web", WEB), policy("open", { ...WEB, podSelector: {} })],
    proof: {
      shop: ["metadata.name"],
      web: ["metadata.namespace", "spec"],
      open: ["metadata.namespace", "spec"],
    },
  },
  {
    invariant: "flows-have-both-sides",
    stack: [
      namespace(),
      policy("bad", { ...ONE_SIDED, egress: [{ to: [{ podSelector: DB }], ports: [{ port: 5432 }] }] }),
      policy("db", { podSelector: DB, policyTypes: ["Ingress"], ingress: [] }),
    ],
    proof: { bad: ["metadata.namespace", "spec"], db: ["metadata.namespace", "spec"] },
  },
  {
    invariant: "dns-reachable",
    stack: [
      namespace(),
      policy("bad", { ...ONE_SIDED, egress: [{ to: [{ podSelector: DB }], ports: [{ port: 5432 }] }] }),
    ],
    proof: { bad: ["metadata.namespace", "spec"] },
  },
  {
    invariant: "tenant-isolation",
    stack: [
      namespace(),
      namespace("bank", { ...LABELS, "palisade.dev/owner": "team-bank" }),
      policy("bad", {
        ...WEB,
        ingress: [
          { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "bank" } } }] },
        ],
      }),
    ],
    proof: {
      shop: ["metadata.name", "metadata.labels.palisade.dev/owner"],
      bank: ["metadata.name", "metadata.labels.palisade.dev/owner"],
      bad: ["metadata.namespace", "spec.policyTypes", "spec.ingress"],
    },
  },
];

/** A stack's policy sees all resources, a resource's policy one: pairs of fields in one resource are all that it meets. */
const said = (stack: readonly TestResource[], invariant: string): Report[] =>
  run(stack, {}, { only: invariant });

const isViolated = (stack: readonly TestResource[], invariant: string) =>
  said(stack, invariant).some(({ undecided }) => !undecided);

/** Calls `check` for every spot and every pair of spots. */
function eachPair(spots: readonly Spot[], check: (pair: readonly Spot[]) => void): void {
  for (const [i, first] of spots.entries()) for (const second of spots.slice(i)) check([first, second]);
}

/** A sample of the pairs, the same on each run; that nothing known is called unknown takes no proof by all of them. */
function someOf(spots: readonly Spot[], check: (pair: readonly Spot[]) => void): void {
  let count = 0;
  eachPair(spots, (pair) => {
    if (pair[0] === pair[1] || count++ % 31 === 0) check(pair);
  });
}

const STACK_INVARIANTS: ReadonlySet<string> = new Set(
  INVARIANTS.filter(({ scope }) => scope === "stack").map(({ name }) => name),
);

describe("unknown values", () => {
  for (const resource of COMPLIANT) {
    it(`are the only thing that policies speak of on a compliant ${resource.name} resource`, () => {
      const spots = spotsOf([resource]);
      for (const invariant of new Set(BROKEN.map((broken) => broken.invariant))) {
        if (STACK_INVARIANTS.has(invariant)) continue;
        someOf(spots, (pair) => {
          assert.ok(!isViolated(blur([resource], pair), invariant), JSON.stringify({ invariant, pair }));
        });
      }
    });
  }

  it("are the only thing that a stack's policy speaks of on a compliant stack", () => {
    const spots = spotsOf(COMPLIANT);
    assert.ok(spots.length > 60);
    someOf(spots, (pair) =>
      assert.ok(!isViolated(blur(COMPLIANT, pair), "namespace-default-deny"), JSON.stringify(pair)),
    );
  });

  for (const [index, { invariant, stack: whole, proof }] of BROKEN.entries()) {
    const stack = STACK_INVARIANTS.has(invariant)
      ? whole
      : whole.filter(({ name }) => proof[name] !== undefined);
    const isProof = ({ resource, path }: Spot) =>
      (proof[stack[resource]?.name ?? ""] ?? []).some((prefix) => within(path, prefix));
    const spots = spotsOf(stack);

    it(`hide no violation of ${invariant} (${index}): every field and pair of fields that doesn't prove it`, () => {
      assert.ok(isViolated(stack, invariant), "the control");
      const others = spots.filter((spot) => !isProof(spot));
      assert.ok(others.length > 1);
      eachPair(others, (pair) => assert.ok(isViolated(blur(stack, pair), invariant), JSON.stringify(pair)));
    });

    it(`leave no silence where they are what proves ${invariant} (${index})`, () => {
      for (const spot of spots.filter(isProof)) {
        assert.ok(said(blur(stack, [spot]), invariant).length > 0, JSON.stringify(spot));
      }
    });
  }
});
