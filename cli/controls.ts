// Tests: test/cli/controls.test.ts
import {
  literal,
  PACK_NAME,
  policiesJudgingResource,
  POLICIES,
  REFERENCES,
  referenceText,
  type ResourceInput,
} from "../policypack/index";
import type { ReportedControl, JudgedResource } from "../report";
import type { CheckReport } from "./check/report";
import type { PreviewReport } from "./report";

type ControlPolicy = ReportedControl["policies"][number];

/** What the pack judged, and what it said. */
export interface Judgment {
  readonly resources: readonly { readonly name: string; readonly resource: ResourceInput }[];
  readonly findings: readonly {
    readonly policy: string;
    readonly level: string;
    readonly undecided: boolean;
    readonly urn: string | undefined;
  }[];
  /** Policies that weren't in force. */
  readonly disabled: readonly string[];
}

/** What auditors are shown: per control the policies that contribute, and per resource those that judged it. */
export interface Evidence {
  readonly controls: readonly ReportedControl[];
  readonly judged: readonly JudgedResource[];
}

/** What our pack judged of a plan; undefined where it didn't: of others' policies nobody here knows to which controls they contribute. */
export function judgmentOfPlan({
  packs,
  resources,
  findings,
  disabled,
}: PreviewReport): Judgment | undefined {
  if (!packs.includes(PACK_NAME)) return undefined;
  return {
    resources: resources
      .filter(({ custom }) => custom)
      .map(({ urn, type, name, inputs }) => ({
        name,
        resource: { urn, type, name, props: literal(inputs) },
      })),
    findings: findings.filter(({ pack }) => pack === PACK_NAME),
    disabled,
  };
}

/** What our pack judged of manifests. */
export const judgmentOfManifests = ({ checked, findings, disabled }: CheckReport): Judgment => ({
  resources: checked.objects.map(({ name, resource }) => ({ name, resource })),
  findings: findings.map(({ policy, object, ...rest }) => ({
    ...rest,
    policy: policy.name,
    urn: object?.resource.urn,
  })),
  disabled: disabled.map(({ name }) => name),
});

/** The evidence that a judgment gives. */
export function evidenceOf(judgment: Judgment): Evidence {
  const judged = judgedIn(judgment);
  const controls = new Map<string, { title: string; policies: ControlPolicy[] }>();
  for (const { name } of POLICIES) {
    const result = resultOf(name, judgment, judged);
    for (const reference of REFERENCES[name] ?? []) {
      const control = referenceText(reference);
      const one = controls.get(control) ?? { title: reference.title, policies: [] };
      controls.set(control, one);
      one.policies.push(result);
    }
  }
  return {
    controls: [...controls]
      .map(([control, rest]) => ({ control, ...rest }))
      .sort((a, b) => a.control.localeCompare(b.control, "en", { numeric: true })),
    judged,
  };
}

function resultOf(
  policy: string,
  { findings, disabled, resources }: Judgment,
  judged: readonly JudgedResource[],
): ControlPolicy {
  const own = findings.filter((finding) => finding.policy === policy);
  const kinds = new Map<string, number>();
  for (const { kind, policies } of judged)
    if (policies.includes(policy)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const said = own.some(({ level }) => level === "mandatory")
    ? "fail"
    : own.some(({ undecided }) => undecided)
      ? "undecided"
      : own.length > 0
        ? "advice"
        : kinds.size === 0
          ? "nothing to judge"
          : "pass";
  const urns = new Set(own.map(({ urn }) => urn));
  return {
    policy,
    result: disabled.includes(policy) ? "disabled" : said,
    judged: [...kinds].map(([kind, count]) => `${count} ${kind}`).join(", "),
    found: resources.filter(({ resource }) => urns.has(resource.urn)).map(({ name }) => name),
  };
}

/** Each resource that some policy judges, or judges others by, with these policies and those that found something. */
function judgedIn({ resources, findings, disabled }: Judgment): readonly JudgedResource[] {
  const found = new Map<string, Set<string>>();
  for (const { policy, urn = "" } of findings) found.set(urn, (found.get(urn) ?? new Set()).add(policy));
  return resources.flatMap(({ name, resource }): JudgedResource[] => {
    const policies = policiesJudgingResource(resource).filter((policy) => !disabled.includes(policy));
    if (policies.length === 0) return [];
    const kind = resource.type.split(":").at(-1) ?? resource.type;
    return [{ name, kind, policies, found: [...(found.get(resource.urn) ?? [])] }];
  });
}
