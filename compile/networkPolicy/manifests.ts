import { type Direction, DIRECTIONS } from "../../kubernetes";
import { compareText, formatReference, type Instance, type Workload } from "../../flows";
import { reasonAnnotations } from "./annotations";
import type { CompileContext } from "./context";
import { isolationSpec, observedSpec } from "./isolation";
import type { LabelSelector, NetworkPolicyManifest, NetworkPolicySpec } from "./manifest";
import { ISOLATION, nameWithLayout, policyName, STAGE_ANNOTATION, subjectOf } from "./names";
import type { Openings } from "./openings";
import type { Opening } from "./peer";
import { type CompiledRule, RuleCompiler } from "./rules";

/** Says whose policy it is: "nginx", "fineract/write". */
const WORKLOAD_ANNOTATION = "palisade.dev/workload";

/** All policies of an application at a stage: `isolation`, then what keeps workloads open, then the workloads' own. */
export function manifests(
  stage: "observe" | "enforce",
  openings: Openings,
  context: CompileContext,
): NetworkPolicyManifest[] {
  const { application, placement } = context;
  const compiler = new RuleCompiler({ ...context, namespace: placement.namespace });
  const labels = labelsOf(context);
  const nameOf = (name: string, rules: readonly CompiledRule[]): string =>
    context.spelling.places === true
      ? nameWithLayout(
          name,
          rules.map(({ place }) => place),
        )
      : name;
  const manifest = (
    name: string,
    spec: NetworkPolicySpec,
    annotations: Readonly<Record<string, string>>,
  ): NetworkPolicyManifest => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: placement.namespace, labels, annotations },
    spec,
  });
  const observed = application.workloads.filter(({ name }) => placement.observedWorkloads.includes(name));
  const open = observed.map((workload) =>
    manifest(policyName(workload.name, "observe"), observedSpec(workload), {
      [WORKLOAD_ANNOTATION]: workload.name,
      [STAGE_ANNOTATION]: "observe",
    }),
  );
  const own = application.workloads.flatMap((workload) =>
    DIRECTIONS.flatMap((direction) =>
      subjects(workload, openings[direction], compiler).map(({ subject, rules, list }) =>
        manifest(
          nameOf(policyName(subjectOf(subject), direction), rules),
          policySpec(compiler.selector(subject.labels), direction, rules),
          { [WORKLOAD_ANNOTATION]: formatReference(subject), ...reasonAnnotations(list) },
        ),
      ),
    ),
  );
  return [
    manifest(ISOLATION, isolationSpec(stage), { [STAGE_ANNOTATION]: stage }),
    ...byName(open),
    ...byName(own),
  ];
}

const byName = (policies: readonly NetworkPolicyManifest[]): NetworkPolicyManifest[] =>
  [...policies].sort((a, b) => compareText(a.metadata.name, b.metadata.name));

/** What one policy is about: a workload or one instance of it. */
interface PolicySubject {
  readonly subject: Pick<Instance, "workload" | "instance" | "labels">;
  readonly rules: readonly CompiledRule[];
  readonly list: readonly Opening[];
}

/** The workload if its instances need the same, else each instance that needs any. */
function subjects(
  workload: Workload,
  openings: Openings["ingress"],
  compiler: RuleCompiler,
): readonly PolicySubject[] {
  const each = workload.instances.map((instance): PolicySubject => {
    const list = openings.get(instance.id) ?? [];
    return { subject: instance, list, rules: compiler.rules(list) };
  });
  const [first] = each;
  const alike = each.every(({ rules }) => sameRules(rules, first?.rules ?? []));
  const whole = {
    subject: { workload: workload.name, labels: workload.labels },
    rules: first?.rules ?? [],
    list: each.length === 1 ? (first?.list ?? []) : each.flatMap(({ list }) => list),
  };
  return (alike ? [whole] : each).filter(({ rules }) => rules.length > 0);
}

const sameRules = (a: readonly CompiledRule[], b: readonly CompiledRule[]): boolean =>
  a.length === b.length && a.every(({ text }, index) => text === b[index]?.text);

function policySpec(
  podSelector: LabelSelector,
  direction: Direction,
  rules: readonly CompiledRule[],
): NetworkPolicySpec {
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

const labelsOf = ({ application, placement }: CompileContext): Readonly<Record<string, string>> => ({
  "app.kubernetes.io/managed-by": "palisade",
  "app.kubernetes.io/part-of": application.name,
  "palisade.dev/environment": placement.environment,
  "palisade.dev/owner": application.owner,
});
