// Longer than most: a table, one row a mistake of the compiler.
import { strict as assert } from "node:assert";
import { POD_SECURITY_GROUPS } from "../../compile/aws/network";
import { CNI_PROFILES } from "../../compile/cluster";
import { faultsOf, type PlannedResource, prove } from "../../proof";
import { ATTACHMENT, planOn, planOnEks, POLICY, RULES } from "./everyEnd";

interface Peer {
  podSelector?: { matchLabels?: Record<string, string> };
  namespaceSelector?: { matchLabels?: Record<string, string> };
  ipBlock?: { cidr: string; except?: string[] };
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol?: string; port?: number; endPort?: number }[];
}
interface Policy {
  metadata: { name: string; namespace: string };
  spec: { podSelector: object; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] };
}

/** A plan with one mistake. */
interface Mutant {
  readonly mistake: string;
  readonly at: string;
  readonly plan: readonly PlannedResource[];
}

const withInputs = (
  plan: readonly PlannedResource[],
  one: PlannedResource,
  inputs: object,
): readonly PlannedResource[] =>
  plan.map((other) =>
    other === one
      ? { ...one, inputs: inputs as PlannedResource["inputs"], outputs: inputs as PlannedResource["outputs"] }
      : other,
  );

const policyOf = ({ inputs }: PlannedResource) => structuredClone(inputs) as unknown as Policy;
const DIRECTIONS = ["ingress", "egress"] as const;

const FOR_NOBODY = new Set(["a rule is missing", "every port", "another port", "another namespace"]);

/** How a peer is widened, moved or taken for another. */
const PEER_MISTAKES: Readonly<Record<string, (peer: Peer) => Peer | undefined>> = {
  "wider addresses": ({ ipBlock }) => {
    if (ipBlock === undefined) return undefined;
    const [address = "", prefix = ""] = ipBlock.cidr.split("/");
    const wide = Math.max(0, Number(prefix) - 1);
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const first = wide === 0 ? 0 : Math.floor(value / 2 ** (32 - wide)) * 2 ** (32 - wide);
    const text = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
    return { ipBlock: { cidr: `${text}/${wide}` } };
  },
  "the internet and more": ({ ipBlock }) =>
    ipBlock === undefined ? undefined : { ipBlock: { cidr: "0.0.0.0/0" } },
  "other labels": ({ podSelector, ...rest }) =>
    podSelector?.matchLabels === undefined
      ? undefined
      : { ...rest, podSelector: { matchLabels: { app: "other" } } },
  "every pod": ({ podSelector, ...rest }) =>
    Object.keys(podSelector?.matchLabels ?? {}).length === 0 ? undefined : { ...rest, podSelector: {} },
  "another namespace": ({ ipBlock, ...rest }) =>
    ipBlock !== undefined
      ? undefined
      : { ...rest, namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "elsewhere" } } },
  "every namespace": ({ namespaceSelector, ...rest }) =>
    namespaceSelector === undefined ? undefined : { ...rest, namespaceSelector: {} },
};

function policyMutants(plan: readonly PlannedResource[]): Mutant[] {
  return plan
    .filter(({ type }) => type === POLICY)
    .flatMap((resource) => {
      const edits: Mutant[] = [];
      const edit = (mistake: string, at: string, change: (policy: Policy) => boolean) => {
        const policy = policyOf(resource);
        // The rules of the default deny are for nobody: without one, on other ports or elsewhere they are that as well.
        if (policy.metadata.name === "isolation" && FOR_NOBODY.has(mistake)) return;
        if (change(policy))
          edits.push({ mistake, at: `${resource.name} ${at}`, plan: withInputs(plan, resource, policy) });
      };
      edit("the policy is gone", "", () => true);
      const last = edits.pop();
      if (last !== undefined) edits.push({ ...last, plan: plan.filter((one) => one !== resource) });
      for (const direction of DIRECTIONS) {
        const field = direction === "ingress" ? "from" : "to";
        const rules = policyOf(resource).spec[direction] ?? [];
        for (const [index, rule] of rules.entries()) {
          const at = `${direction}[${index}]`;
          edit("a rule is missing", at, ({ spec }) => (spec[direction]?.splice(index, 1).length ?? 0) > 0);
          edit("another port", at, ({ spec }) => {
            const [port] = spec[direction]?.[index]?.ports ?? [];
            if (port?.port === undefined) return false;
            port.port -= 1;
            return true;
          });
          edit("every port", at, ({ spec }) => delete spec[direction]?.[index]?.ports);
          for (const [number] of (rule[field] ?? []).entries()) {
            for (const [mistake, change] of Object.entries(PEER_MISTAKES)) {
              edit(mistake, `${at}.${field}[${number}]`, ({ spec }) => {
                const peers = spec[direction]?.[index]?.[field];
                const changed = change(peers?.[number] ?? {});
                if (peers === undefined || changed === undefined) return false;
                peers[number] = changed;
                return true;
              });
            }
          }
        }
      }
      const { metadata, spec } = policyOf(resource);
      for (const direction of DIRECTIONS) {
        const beside = {
          ...policyOf(resource),
          metadata: { ...metadata, name: `${metadata.name}-beside` },
          spec: {
            podSelector: spec.podSelector,
            policyTypes: [direction === "ingress" ? "Ingress" : "Egress"],
            [direction]: [
              {
                [direction === "ingress" ? "from" : "to"]: [{ ipBlock: { cidr: "203.0.113.7/32" } }],
                ports: [{ protocol: "TCP", port: 4444 }],
              },
            ],
          },
        };
        edits.push({
          mistake: "a second policy beside",
          at: `${resource.name} ${direction}`,
          plan: [
            ...plan,
            {
              ...resource,
              urn: `${resource.urn}-beside`,
              name: `${resource.name}-beside`,
              inputs: beside,
              outputs: beside,
            },
          ],
        });
      }
      return edits;
    });
}

function groupMutants(plan: readonly PlannedResource[]): Mutant[] {
  const rules = plan.filter(({ type }) => type === RULES.ingress || type === RULES.egress);
  const attachments = plan.filter(({ type }) => type === ATTACHMENT);
  return [
    ...rules.flatMap((rule): Mutant[] => {
      const rest = Object.fromEntries(
        Object.entries(rule.inputs).filter(
          ([key]) => !["referencedSecurityGroupId", "cidrIpv4", "prefixListId"].includes(key),
        ),
      );
      const changed = (mistake: string, inputs: object, more: object = {}): Mutant => ({
        mistake,
        at: rule.name,
        plan: withInputs(plan, rule, inputs).map((one) => (one.urn === rule.urn ? { ...one, ...more } : one)),
      });
      const own = {
        propertyDependencies: { securityGroupId: rule.propertyDependencies["securityGroupId"] ?? [] },
      };
      return [
        { mistake: "a rule is missing", at: rule.name, plan: plan.filter((one) => one !== rule) },
        changed("the world", { ...rest, cidrIpv4: "0.0.0.0/0" }, own),
        changed("the whole VPC", { ...rest, cidrIpv4: "10.0.0.0/8" }, own),
        changed("a stranger's group", { ...rest, referencedSecurityGroupId: "sg-0badbadbadbadbad0" }, own),
        changed("every port", { ...rule.inputs, ipProtocol: "-1", fromPort: undefined, toPort: undefined }),
        changed("another port", { ...rule.inputs, fromPort: 4444, toPort: 4444 }),
        {
          mistake: "a second rule beside",
          at: rule.name,
          plan: [
            ...plan,
            {
              ...rule,
              urn: `${rule.urn}-beside`,
              name: `${rule.name}-beside`,
              inputs: { ...rest, cidrIpv4: "203.0.113.7/32", fromPort: 4444, toPort: 4444 },
              ...own,
            },
          ],
        },
      ];
    }),
    ...attachments.flatMap((one): Mutant[] => {
      const { spec } = one.inputs as { spec: { podSelector: object } };
      const selecting = (podSelector: object) =>
        withInputs(plan, one, { ...one.inputs, spec: { ...spec, podSelector } });
      return [
        { mistake: "no attachment", at: one.name, plan: plan.filter((other) => other !== one) },
        { mistake: "groups for every pod", at: one.name, plan: selecting({}) },
        {
          mistake: "groups for other pods",
          at: one.name,
          plan: selecting({ matchLabels: { app: "other" } }),
        },
      ];
    }),
  ];
}

const differs = (plan: readonly PlannedResource[]): boolean =>
  prove("dev", plan).some((proof) => {
    if (proof.kind === "unread") return true;
    const { undeclared, closed } = faultsOf(proof);
    return undeclared.length + closed.length > 0;
  });

const differences = (plan: readonly PlannedResource[]) =>
  prove("dev", plan).map((proof) =>
    proof.kind === "unread"
      ? proof.because
      : {
          closed: proof.flows.flatMap(({ flow, verdict, missing }) =>
            verdict === "allowed" ? [] : [`${flow.id}: ${verdict} ${missing.join(" ")}`],
          ),
          undeclared: proof.undeclared.map(
            ({ from, to, ports, by }) =>
              `${from.join(", ")} → ${to.join(", ")} ${ports.join(" ")} by ${by.join(", ")}`,
          ),
        },
  );

const EXACT = [
  { closed: [], undeclared: [] },
  { closed: [], undeclared: [] },
];

describe("the proof alone notices every mistake, for every kind of end", function () {
  this.timeout(120_000);

  for (const cni of CNI_PROFILES) {
    it(`NetworkPolicies on ${cni}`, () => {
      const plan = planOn(cni);
      assert.deepEqual(differences(plan), EXACT);
      const mutants = policyMutants(plan);
      const survived = mutants
        .filter((one) => !differs(one.plan))
        .map(({ mistake, at }) => `${mistake}: ${at}`);
      assert.ok(mutants.length > 100);
      assert.deepEqual(survived, []);
    });
  }

  for (const mode of POD_SECURITY_GROUPS) {
    it(`security groups, podSecurityGroups: ${mode}`, () => {
      const plan = planOnEks(mode);
      assert.deepEqual(differences(plan), EXACT);
      const mutants = groupMutants(plan);
      const survived = mutants
        .filter((one) => !differs(one.plan))
        .map(({ mistake, at }) => `${mistake}: ${at}`);
      assert.ok(mutants.length > 10);
      assert.deepEqual(survived, []);
    });
  }
});
