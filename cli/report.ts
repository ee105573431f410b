// Tests: test/cli/command.test.ts
import {
  forDisplay,
  type PackFinding,
  type LogEntry,
  type Preview,
  type RemediatedResource,
  type Value,
  type ValueMap,
} from "../engine";
import { applicationsOf, type ApplicationOutputs, outputsOf, text, texts } from "./reportedApplications";
import type * as OwnPack from "../policypack/index";
import { placeText, type Problem, problemText } from "../problems";
import { APPLICATION, type Difference, type FlowRow, type JudgedFlow } from "../proof";

/** The end of it: nothing mandatory is violated, something is, or a policy couldn't be decided. */
export type PolicyVerdict = "clean" | "violations" | "undecided";

/** A resource of the plan as reports show it: no secret in it. */
export interface ReportedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly read: boolean;
  readonly parent: string;
  readonly provider: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly inputs: Value;
}

/** What is declared beside what the plan opens, or why they can't be compared. */
export type Computed =
  | {
      readonly kind: "proof";
      readonly flows: readonly (FlowRow & Omit<JudgedFlow, "flow">)[];
      readonly undeclared: readonly Difference[];
      /** How many of the differences count as faults. */
      readonly faults: number;
      /** Why differences are told and don't count; absent where they do. */
      readonly lenient?: "observed" | "adopted";
    }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** An application of the plan: what it says about itself, and what is computed of it. */
export interface ReportedApplication extends ApplicationOutputs {
  /** Where it has been computed. */
  readonly computed?: Computed;
}

/** A policy that stays its owner's, and the statements to add to it. */
export interface OwnersPolicy {
  /** "bucket shop-files", "S3 endpoint vpce-0123". */
  readonly of: string;
  /** The whole of ours as JSON; "[unknown]" until what it names exists. */
  readonly policy: string;
}

/** What a cluster's applications share on AWS. */
export interface SharedOnAws {
  readonly cluster: string;
  /** How full each shared security group is; one line each. */
  readonly quotas: readonly string[];
}

/** Everything that `palisade preview` says, as plain data: the shape of `--json`. */
export interface PreviewReport {
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  readonly verdict: PolicyVerdict;
  readonly packs: readonly string[];
  /** The policies that judged. */
  readonly policies: readonly string[];
  /** Those that didn't, though they do by default. */
  readonly disabled: readonly string[];
  readonly resources: readonly ReportedResource[];
  readonly findings: readonly PackFinding[];
  /** How many resources are of kinds that no policy judges, and which; absent where there are none. */
  readonly unjudged?: string;
  readonly remediations: readonly RemediatedResource[];
  readonly applications: readonly ReportedApplication[];
  readonly shared: readonly SharedOnAws[];
  readonly policiesForOwners: readonly OwnersPolicy[];
  readonly outputs: Value;
  readonly logs: readonly LogEntry[];
  /** How many resources the policies judged: all that the program registers but the stack, providers and what is left out. */
  readonly judged: number;
  /** What isn't run here, and so isn't judged, in the form of an error document's problems. */
  readonly leftOut: readonly ReportedProblem[];
}

/** A problem with its whole text, as every document with `--json` has it. */
export interface ReportedProblem extends Problem {
  readonly text: string;
}

/** The component whose outputs tell what a cluster's applications share on AWS. */
const SHARED = "palisade:index:ClusterAccess";

/** The policy of our pack by whose finding it says what none of them judges: policypack/unjudged.ts. */
const UNJUDGED = "resources-unjudged";

/** The policy of our pack that only holds what the others share: policypack/policies.ts. */
const SETTINGS = "settings";

/** @param computed what has been computed of each application, by its name. */
export function reportOf(
  preview: Preview,
  computed: ReadonlyMap<string, Computed> = new Map(),
): PreviewReport {
  const { resources } = preview;
  const isUnjudged = ({ policy, level }: PackFinding) => policy === UNJUDGED && level === "advisory";
  const findings = preview.findings.filter((finding) => !isUnjudged(finding));
  // A policy's runtime may put its description before what it says.
  const unjudged = preview.findings.find(isUnjudged)?.message.trimEnd().split("\n").at(-1);
  const applications = applicationsOf(resources).map((application) => {
    const relation = computed.get(application.name);
    return relation === undefined ? application : { ...application, computed: relation };
  });
  return {
    version: 1,
    project: preview.project,
    stack: preview.stack,
    verdict: verdictOf(preview, applications),
    packs: preview.packs,
    policies: preview.policies,
    disabled: preview.disabled,
    resources: preview.resources.map((resource) => ({
      urn: resource.urn,
      type: resource.type,
      name: resource.name,
      custom: resource.custom,
      read: resource.read,
      parent: resource.parent,
      provider: withoutId(resource.provider),
      protect: resource.options.protect ?? false,
      retainOnDelete: resource.options.retainOnDelete ?? false,
      dependencies: resource.dependencies,
      propertyDependencies: resource.propertyDependencies,
      inputs: forDisplay(resource.inputs),
    })),
    findings,
    ...(unjudged === undefined ? {} : { unjudged }),
    remediations: preview.remediations,
    applications,
    shared: outputsOf(SHARED, resources).map(({ name, outputs }) => ({
      cluster: name,
      quotas: texts(outputs["quotas"]),
    })),
    policiesForOwners: policiesForOwners(outputsOf(APPLICATION, resources).map(({ outputs }) => outputs)),
    outputs: forDisplay(preview.outputs),
    logs: preview.logs,
    judged: judgedOf(preview),
    leftOut: preview.leftOut.map((problem) => ({ text: problemText(problem), ...problem })),
  };
}

/** The resources of the program itself, without what only stands for something: the stack, providers, others' components. */
function judgedOf({ resources, leftOut }: Preview): number {
  const named = new Set(leftOut.map(({ place }) => placeText(place)));
  const own = resources.filter(({ type, read }) => !read && !type.startsWith("pulumi:"));
  return own.filter(({ type, name }) => !named.has(`${type} ${name}`)).length;
}

/** What nobody judged isn't clean, neither as a whole nor in a part, and neither is what isn't known to be as declared. */
function verdictOf(preview: Preview, applications: readonly ReportedApplication[]): PolicyVerdict {
  const { findings, packs, leftOut } = preview;
  const computed = applications.flatMap((application) => application.computed ?? []);
  const faults = computed.some((one) => one.kind === "proof" && one.faults > 0);
  if (faults || findings.some(({ level }) => level === "mandatory")) return "violations";
  const open = computed.some(
    (one) =>
      one.kind === "refused" ||
      (one.lenient === undefined &&
        (one.flows.some(({ verdict, theirs }) => verdict === "unknown" && !theirs) ||
          one.undeclared.some(({ certain, observed }) => !certain && !observed))),
  );
  const isWhole = judgesSomething(preview) && leftOut.length === 0;
  return open || packs.length === 0 || !isWhole || findings.some(({ undecided }) => undecided)
    ? "undecided"
    : "clean";
}

/** Whether some policy in force judges something of the plan, as far as anybody knows of other packs' policies. */
function judgesSomething({ policies, disabled, resources }: Preview): boolean {
  const judging = new Set(policies.filter((name) => name !== SETTINGS));
  if (judging.size === 0 || disabled.length === 0) return judging.size > 0;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only where policies are left out
  const { literal, policiesJudgingResource, POLICIES } = require("../policypack/index") as typeof OwnPack;
  const own = new Set(POLICIES.map(({ name }) => name));
  return (
    [...judging].some((name) => !own.has(name)) ||
    resources.some(({ urn, type, name, inputs }) =>
      policiesJudgingResource({ urn, type, name, props: literal(forDisplay(inputs)) }).some((policy) =>
        judging.has(policy),
      ),
    )
  );
}

/** A provider reference is `urn::id`; the id is unknown in a preview. */
const withoutId = (reference: string): string => reference.split("::").slice(0, -1).join("::");

/** Each once, though several applications of a cluster may use one endpoint. */
function policiesForOwners(applications: readonly ValueMap[]): OwnersPolicy[] {
  const all = applications.flatMap((outputs) =>
    Object.entries((outputs["policiesForOwners"] ?? {}) as ValueMap),
  );
  return [...new Map(all)].map(([of, policy]) => ({ of, policy: text(policy) }));
}
