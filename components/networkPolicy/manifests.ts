import type { Instance, Workload } from "../../flows/model";
import { compareText, sortedByKey } from "../../flows/text";
import { reasonAnnotations } from "./annotations";
import type { CompileContext } from "./context";
import { isolationSpec, observedSpec } from "./isolation";
import type { NetworkPolicyManifest, NetworkPolicySpec } from "./manifest";
import { ISOLATION, policyName, subjectOf } from "./names";
import type { Openings } from "./openings";
import type { Opening } from "./peer";
import { compileRules, type Rule } from "./rules";

/** The directions that policies isolate, each by policies of its own. */
export const DIRECTIONS = ["ingress", "egress"] as const;
type Direction = (typeof DIRECTIONS)[number];

/** All policies of an application at a stage: `isolation`, then what keeps workloads open, then the workloads' own. */
export function manifests(
  stage: "observe" | "enforce",
  openings: Openings,
  context: CompileContext,
): NetworkPolicyManifest[] {
  const { application, placement } = context;
  const observed = application.workloads.filter(({ name }) => placement.observedWorkloads.includes(name));
  const own = application.workloads.flatMap((workload) =>
    DIRECTIONS.flatMap((direction) => workloadPolicies(workload, direction, openings, context)),
  );
  const open = observed.map((workload) =>
    manifest(policyName(workload.name, "observe"), observedSpec(workload), context, {
      "palisade.dev/stage": "observe",
    }),
  );
  return [
    manifest(ISOLATION, isolationSpec(stage), context, { "palisade.dev/stage": stage }),
    ...byName(open),
    ...byName(own),
  ];
}

const byName = (policies: readonly NetworkPolicyManifest[]): NetworkPolicyManifest[] =>
  [...policies].sort((a, b) => compareText(a.metadata.name, b.metadata.name));

/** One policy for the workload if its instances need the same, else one for each instance that needs any. */
function workloadPolicies(
  workload: Workload,
  direction: Direction,
  openings: Openings,
  context: CompileContext,
): NetworkPolicyManifest[] {
  const { namespace } = context.placement;
  const needs = workload.instances.map((instance) => {
    const list = openings[direction].get(instance.id) ?? [];
    const rules = compileRules(list, { ...context, namespace });
    return { instance, list, rules, key: JSON.stringify(rules) };
  });
  const subjects: readonly {
    subject: Pick<Instance, "workload" | "instance" | "labels">;
    rules: Rule[];
    list: Opening[];
  }[] =
    new Set(needs.map(({ key }) => key)).size === 1
      ? [
          {
            subject: { workload: workload.name, labels: workload.labels },
            rules: needs[0]?.rules ?? [],
            list: needs.flatMap(({ list }) => list),
          },
        ]
      : needs.map(({ instance, rules, list }) => ({ subject: instance, rules, list: [...list] }));
  return subjects
    .filter(({ rules }) => rules.length > 0)
    .map(({ subject, rules, list }) =>
      manifest(
        policyName(subjectOf(subject), direction),
        policySpec(subject.labels, direction, rules),
        context,
        reasonAnnotations(list),
      ),
    );
}

function policySpec(
  labels: Readonly<Record<string, string>>,
  direction: Direction,
  rules: readonly Rule[],
): NetworkPolicySpec {
  const podSelector = { matchLabels: sortedByKey(labels) };
  switch (direction) {
    case "ingress":
      return {
        podSelector,
        policyTypes: ["Ingress"],
        ingress: rules.map(({ peers, ports }) => ({ from: peers, ports })),
      };
    case "egress":
      return {
        podSelector,
        policyTypes: ["Egress"],
        egress: rules.map(({ peers, ports }) => ({ to: peers, ports })),
      };
  }
}

const manifest = (
  name: string,
  spec: NetworkPolicySpec,
  { application, placement }: CompileContext,
  annotations: Readonly<Record<string, string>>,
): NetworkPolicyManifest => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: {
    name,
    namespace: placement.namespace,
    labels: {
      "app.kubernetes.io/managed-by": "palisade",
      "app.kubernetes.io/part-of": application.name,
      "palisade.dev/environment": placement.environment,
      "palisade.dev/owner": application.owner,
    },
    annotations,
  },
  spec,
});
