// Tests: test/cli/check/objects.test.ts
import type { PolicyVerdict } from "../report";
import {
  type Pack,
  policiesJudgingResource,
  type Policy,
  POLICIES,
  type PolicyReport,
  type Profile,
  UNJUDGED,
} from "../../policypack/index";
import { OPENING } from "../../reachability/read";
import type { InputFile } from "../manifests/files";
import type { Input } from "../manifests/input";
import { lineFinder } from "../manifests/lines";
import { hidesSomething } from "../manifests/skipped";
import type { CheckedObjects, CheckedObject } from "./objects";
import type { CheckedState } from "./state";

/** Where a finding is. */
export interface FindingLocation {
  /** Or the cluster, whose objects aren't documents. */
  readonly file: string;
  /** Counted from 1. */
  readonly document?: number;
  /** The offending field's line, or the object's; undefined where the file can't be read by lines. */
  readonly line: number | undefined;
}

/** What one policy says about one object; about the configuration where there is none. */
export interface CheckFinding {
  readonly policy: Policy;
  readonly level: "advisory" | "mandatory";
  /** Advice that a value's being unreadable keeps a policy from an answer. */
  readonly undecided: boolean;
  readonly message: string;
  readonly object: CheckedObject | undefined;
  readonly place: FindingLocation | undefined;
}

/** What `palisade check` says. */
export interface CheckReport {
  readonly verdict: PolicyVerdict;
  readonly findings: readonly CheckFinding[];
  /** The policies that were in force. */
  readonly policies: readonly Policy[];
  /** Those that weren't: switched off by the configuration, a flag or the profile. */
  readonly disabled: readonly Policy[];
  readonly profile: Profile;
  readonly checked: CheckedObjects;
  /** Files that were read; none where it was a cluster. */
  readonly files: number;
  /** What is worth saying of the input: what was left out of it, and what isn't computed. */
  readonly warnings: readonly string[];
}

/** Judges manifests by a pack that is configured. `files` are where lines are looked up. */
export function judge(pack: Pack, checked: CheckedObjects, files: readonly InputFile[]): CheckReport {
  const resources = checked.objects.map(({ resource, together }) => together ?? resource);
  const reports = [
    ...checked.objects.flatMap(({ resource, isRead }) =>
      isRead === true ? [] : pack.judgeResource(resource),
    ),
    ...pack.judgeStack(resources),
  ];
  const byUrn = new Map(checked.objects.map((object) => [object.resource.urn, object]));
  const lineOf = lineFinder(files);
  // What no policy judges is counted in the verdict's line, unless the configuration makes it more than advice.
  const told = reports.filter(({ policy, level }) => policy !== UNJUDGED || level === "mandatory");
  const findings = told.map((report): CheckFinding => {
    const { policy, level, message, urn, finding } = report;
    const object = urn === undefined ? undefined : byUrn.get(urn);
    const place = object && placeOf(object, report, lineOf);
    return { policy, level, message, undecided: finding?.kind === "undecided", object, place };
  });
  const isIn = (policy: Policy) => pack.levels.get(policy) !== "disabled";
  const policies = POLICIES.filter(isIn);
  const disabled = POLICIES.filter((policy) => !isIn(policy));
  const judged = disabled.length === 0 ? checked.judged : judgedBy(policies, resources);
  return {
    verdict: verdictOf(findings, judged),
    findings,
    policies,
    disabled,
    profile: pack.profile,
    checked: { ...checked, judged },
    files: files.length,
    warnings: [],
  };
}

/**
 * The report with what is to be said of its input. What was left out may violate any policy, and policies that aren't
 * computed may open anything: nothing is clean beside them.
 */
export function withInput(report: CheckReport, { warnings, skipped, world }: Input): CheckReport {
  // No policy of the pack judges tiers yet, nor Cilium's policies.
  const computed = [...world.tiers, ...world.writtenCilium];
  const unjudged = [...world.uncomputed, ...computed.flatMap(({ otherwise }) => otherwise)];
  const opens = unjudged.some(({ ingress, egress }) =>
    [ingress, egress].some((effect) => effect !== undefined && OPENING.includes(effect)),
  );
  const isOpen = opens || hidesSomething(skipped);
  return {
    ...report,
    warnings,
    verdict: isOpen && report.verdict === "clean" ? "undecided" : report.verdict,
  };
}

/** The same with what is to be said of a state. */
export function withState(report: CheckReport, { warnings, isUnsure }: CheckedState): CheckReport {
  return {
    ...report,
    warnings,
    verdict: isUnsure && report.verdict === "clean" ? "undecided" : report.verdict,
  };
}

/** How many objects some of these policies judge, or judge others by. */
function judgedBy(policies: readonly Policy[], resources: readonly CheckedObject["resource"][]): number {
  const names = new Set(policies.map(({ name }) => name));
  return resources.filter((resource) => policiesJudgingResource(resource).some((name) => names.has(name)))
    .length;
}

/** What no policy judged isn't clean. */
function verdictOf(findings: readonly CheckFinding[], judged: number): PolicyVerdict {
  if (findings.some(({ level }) => level === "mandatory")) return "violations";
  return judged === 0 || findings.some(({ undecided }) => undecided) ? "undecided" : "clean";
}

function placeOf(
  { at }: CheckedObject,
  report: PolicyReport,
  lineOf: ReturnType<typeof lineFinder>,
): FindingLocation {
  const { source, path } = at;
  const { file, document, isLive } = source;
  if (isLive === true) return { file, line: undefined };
  return { file, document, line: lineOf({ source, path: [...path, ...offendingField(report)] }) };
}

/** A field's path in a sentence: `spec.ingress[0].from[1]`. */
const FIELD = /\b(?:spec|metadata|webhooks\[\d+\])(?:\.[A-Za-z][\w-]*|\["[^"\]]+"\]|\[\d+\])+/;
const STEP = /\.?([A-Za-z][\w-]*)|\["([^"\]]+)"\]|\[(\d+)\]/g;

function textsOf(finding: NonNullable<PolicyReport["finding"]>): readonly string[] {
  switch (finding.kind) {
    case "violation":
      return [finding.evidence, finding.wrong];
    case "undecided":
      return finding.fields;
    case "notice":
      return [finding.evidence ?? "", finding.says];
  }
}

/** The field that a finding speaks of first: its evidence names what proves it. */
function offendingField({ finding }: PolicyReport): (string | number)[] {
  if (finding === undefined) return [];
  const texts = textsOf(finding);
  const [text] = texts.flatMap((one) => FIELD.exec(one)?.[0] ?? []);
  return [...(text ?? "").matchAll(STEP)].map(([, name, quoted, index]) =>
    index === undefined ? (name ?? quoted ?? "") : Number(index),
  );
}
