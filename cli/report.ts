import {
  forDisplay,
  type Finding,
  type LogEntry,
  type Preview,
  type Remediation,
  type Value,
  type ValueMap,
} from "../engine";

/** The end of it: nothing mandatory is violated, something is, or a policy couldn't be decided. */
export type Verdict = "clean" | "violations" | "undecided";

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

/** A flow that an application declares. */
export interface DeclaredFlow {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly string[];
  readonly because: string;
  readonly name?: string;
}

/** What an application says about itself: its outputs. */
export interface ReportedApplication {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly stage: string;
  readonly flows: readonly DeclaredFlow[];
  readonly notes: readonly string[];
  /** How each workload reaches each database and bucket: policy, groups, role; one line each. */
  readonly access: readonly string[];
  /** How full each security group is; one line each. */
  readonly quotas: readonly string[];
}

/** Everything that `palisade preview` says, as plain data: the shape of `--json`. */
export interface Report {
  readonly version: 1;
  readonly project: string;
  readonly stack: string;
  readonly verdict: Verdict;
  readonly packs: readonly string[];
  readonly disabled: readonly string[];
  readonly resources: readonly ReportedResource[];
  readonly findings: readonly Finding[];
  readonly remediations: readonly Remediation[];
  readonly applications: readonly ReportedApplication[];
  readonly outputs: Value;
  readonly logs: readonly LogEntry[];
}

/** The component whose outputs tell an application's declared flows. */
const APPLICATION = "palisade:index:IsolatedApplication";

export function reportOf(preview: Preview): Report {
  const { findings } = preview;
  return {
    version: 1,
    project: preview.project,
    stack: preview.stack,
    verdict: verdictOf(preview),
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
    applications: preview.resources
      .filter(({ type }) => type === APPLICATION)
      .map(({ name, outputs }) => applicationOf(name, forDisplay(outputs) as ValueMap)),
    outputs: forDisplay(preview.outputs),
    logs: preview.logs,
  };
}

/** What nobody judged isn't clean. */
function verdictOf({ findings, packs }: Preview): Verdict {
  if (findings.some(({ level }) => level === "mandatory")) return "violations";
  return packs.length === 0 || findings.some(({ undecided }) => undecided) ? "undecided" : "clean";
}

/** A provider reference is `urn::id`; the id is unknown in a preview. */
const withoutId = (reference: string): string => reference.split("::").slice(0, -1).join("::");

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "[unknown]");
const texts = (value: Value | undefined): string[] => (Array.isArray(value) ? value.map(text) : []);

function applicationOf(name: string, outputs: ValueMap): ReportedApplication {
  const flows = Array.isArray(outputs["flows"]) ? outputs["flows"] : [];
  return {
    name,
    namespace: text(outputs["namespace"]),
    cluster: text(outputs["cluster"]),
    stage: text(outputs["stage"]),
    flows: flows.map((flow) => flowOf((flow ?? {}) as ValueMap)),
    notes: texts(outputs["notes"]),
    access: texts(outputs["access"]),
    quotas: texts(outputs["quotas"]),
  };
}

const flowOf = (flow: ValueMap): DeclaredFlow => ({
  from: text(flow["from"]),
  to: text(flow["to"]),
  ports: texts(flow["ports"]),
  because: text(flow["because"]),
  ...(typeof flow["name"] === "string" ? { name: flow["name"] } : {}),
});
