import {
  forDisplay,
  type Finding,
  type LogEntry,
  type Preview,
  type Remediation,
  type Value,
  type ValueMap,
} from "../engine";
import { applicationsOf, type DeclaredApplication, outputsOf, text, texts } from "./reportedApplications";
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
export interface ReportedApplication extends DeclaredApplication {
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
  readonly disabled: readonly string[];
  readonly resources: readonly ReportedResource[];
  readonly findings: readonly Finding[];
  readonly remediations: readonly Remediation[];
  readonly applications: readonly ReportedApplication[];
  readonly shared: readonly SharedOnAws[];
  readonly policiesForOwners: readonly OwnersPolicy[];
  readonly outputs: Value;
  readonly logs: readonly LogEntry[];
}

/** The component whose outputs tell what a cluster's applications share on AWS. */
const SHARED = "palisade:index:ClusterAccess";

/** @param computed what has been computed of each application, by its name. */
export function reportOf(
  preview: Preview,
  computed: ReadonlyMap<string, Computed> = new Map(),
): PreviewReport {
  const { findings, resources } = preview;
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
    remediations: preview.remediations,
    applications,
    shared: outputsOf(SHARED, resources).map(({ name, outputs }) => ({
      cluster: name,
      quotas: texts(outputs["quotas"]),
    })),
    policiesForOwners: policiesForOwners(outputsOf(APPLICATION, resources).map(({ outputs }) => outputs)),
    outputs: forDisplay(preview.outputs),
    logs: preview.logs,
  };
}

/** What nobody judged isn't clean, and neither is what isn't known to be as declared. */
function verdictOf(
  { findings, packs }: Preview,
  applications: readonly ReportedApplication[],
): PolicyVerdict {
  const computed = applications.flatMap((application) => application.computed ?? []);
  const faults = computed.some((one) => one.kind === "proof" && one.faults > 0);
  if (faults || findings.some(({ level }) => level === "mandatory")) return "violations";
  const open = computed.some(
    (one) =>
      one.kind === "refused" ||
      (one.lenient === undefined &&
        (one.flows.some(({ verdict, theirs }) => verdict === "unknown" && !theirs) ||
          one.undeclared.some(({ sure, observed }) => !sure && !observed))),
  );
  return open || packs.length === 0 || findings.some(({ undecided }) => undecided) ? "undecided" : "clean";
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
