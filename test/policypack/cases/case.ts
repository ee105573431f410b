import { checkedObjects } from "../../../cli/check/objects";
import { readInput } from "../../../cli/manifests/input";
import { freshPack, type Report, run, type TestResource, verdicts } from "../helpers";
import { POLICIES } from "../../../policypack/policies";
import { PalisadeInputError } from "../../../problems";

interface Described {
  /** In kebab-case, and unique in the table. */
  readonly id: string;
  /** What is right or wrong here, in our own words. */
  readonly idea: string;
  /** Whose idea it is, or what it follows from: "Checkov's check about public RDS". */
  readonly source: string;
  /** The policies that are asked; the others' findings don't count. */
  readonly policies: readonly string[];
  readonly config?: Readonly<Record<string, object>>;
  /** Policies that are configured as disabled; what else isn't asked counts as enforced elsewhere. */
  readonly disabled?: readonly string[];
  /** All that these policies say: `policy resource`, and `policy resource?` where they can't decide. Empty: silence. */
  readonly expected: readonly string[];
}

/** A small program or some manifests, good or bad, and what the policy pack is to say of it. */
export type Case = Described &
  (
    | {
        /** The resources that a program registers. */
        readonly stack: readonly TestResource[];
      }
    | {
        /** Plain manifests, as `palisade check` reads them; a resource's name is then its `namespace/name`. */
        readonly manifests: readonly object[];
      }
  );

/** What a case's policies say of it, in the form of `expected`; `refused` where the manifests aren't taken at all. */
export function seen(one: Case): string[] {
  const reports =
    "stack" in one
      ? run(one.stack, one.config, { only: one.policies, disabled: one.disabled ?? [] })
      : checked(one);
  if (reports === "refused") return [reports];
  return [...new Set(verdicts(reports.filter(({ policy }) => one.policies.includes(policy))))];
}

function checked({ manifests, config = {}, policies }: Extract<Case, { manifests: unknown }>) {
  const list = { apiVersion: "v1", kind: "List", items: manifests };
  const file = { name: "manifests.json", bytes: Buffer.from(JSON.stringify(list)) };
  const pack = freshPack();
  const isAsked = (name: string) => policies.includes(name) || name === "settings";
  pack.configure(
    new Map(
      POLICIES.map(({ name }) => [
        name,
        { ...(isAsked(name) ? {} : { judgedElsewhere: true as const }), properties: config[name] ?? {} },
      ]),
    ),
  );
  try {
    const { objects } = checkedObjects(readInput([file], {}, { representatives: false }).objects);
    const resources = objects.map(({ resource }) => resource);
    const reports = [
      ...resources.flatMap((resource) => pack.judgeResource(resource)),
      ...pack.judgeStack(resources),
    ];
    return reports.map(({ policy, finding, message, urn, level }): Report => ({
      policy: policy.name,
      message,
      urn,
      level,
      undecided: finding?.kind === "undecided",
    }));
  } catch (error) {
    if (error instanceof PalisadeInputError) return "refused" as const;
    throw error;
  }
}

/** The case of one resource and one policy. `verdict`: bad is a violation of that resource, good is silence. */
export const caseOf = (
  policy: string,
  id: string,
  idea: string,
  source: string,
  resource: TestResource,
  verdict: "bad" | "good" | "undecided",
): Case => ({
  id,
  idea,
  source,
  policies: [policy],
  stack: [resource],
  expected: verdict === "good" ? [] : [`${policy} ${resource.name}${verdict === "undecided" ? "?" : ""}`],
});

/** Makes cases of one policy. `expected`: the resources that it reports, with `?` where it can't decide. */
export const casesOf =
  (policy: string, source: string, config: object = {}) =>
  (id: string, idea: string, stack: readonly TestResource[], ...expected: readonly string[]): Case => ({
    id,
    idea,
    source,
    policies: [policy],
    config: { [policy]: config },
    stack,
    expected: expected.map((name) => `${policy} ${name}`),
  });
