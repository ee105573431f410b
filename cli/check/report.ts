import type { Pack, Policy, PolicyReport } from "../../policypack/index";
import type { InputFile } from "../manifests/files";
import type { Input } from "../manifests/input";
import { lineFinder } from "../manifests/lines";
import { hidesSomething } from "../manifests/skipped";
import type { Checked, CheckedObject } from "./objects";

/** The end of it: nothing mandatory is violated, something is, or a policy couldn't be decided. */
export type PolicyVerdict = "clean" | "violations" | "undecided";

/** Where a finding is. */
export interface FindingLocation {
  readonly file: string;
  /** Counted from 1. */
  readonly document: number;
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
  readonly checked: Checked;
  readonly files: number;
  /** What is worth saying of the input: what was left out of it, and what isn't computed. */
  readonly warnings: readonly string[];
}

/** Judges manifests by a pack that is configured. `files` are where lines are looked up. */
export function judge(
  pack: Pack,
  policies: readonly Policy[],
  checked: Checked,
  files: readonly InputFile[],
): CheckReport {
  const resources = checked.objects.map(({ resource }) => resource);
  const reports = [
    ...resources.flatMap((resource) => pack.judgeResource(resource)),
    ...pack.judgeStack(resources),
  ];
  const byUrn = new Map(checked.objects.map((object) => [object.resource.urn, object]));
  const lineOf = lineFinder(files);
  const findings = reports.map((report): CheckFinding => {
    const { policy, level, message, urn, finding } = report;
    const object = urn === undefined ? undefined : byUrn.get(urn);
    const place = object && placeOf(object, report, lineOf);
    return { policy, level, message, undecided: finding?.kind === "undecided", object, place };
  });
  return { verdict: verdictOf(findings), findings, policies, checked, files: files.length, warnings: [] };
}

/**
 * The report with what is to be said of its input. What was left out may violate any policy, and policies that aren't
 * computed may open anything: nothing is clean beside them.
 */
export function withInput(report: CheckReport, { warnings, skipped, world }: Input): CheckReport {
  const opens = world.uncomputed.some(({ ingress, egress }) =>
    [ingress, egress].some((effect) => effect === "either" || effect === "widens"),
  );
  const isOpen = opens || hidesSomething(skipped);
  return {
    ...report,
    warnings,
    verdict: isOpen && report.verdict === "clean" ? "undecided" : report.verdict,
  };
}

function verdictOf(findings: readonly CheckFinding[]): PolicyVerdict {
  if (findings.some(({ level }) => level === "mandatory")) return "violations";
  return findings.some(({ undecided }) => undecided) ? "undecided" : "clean";
}

function placeOf(
  { at }: CheckedObject,
  report: PolicyReport,
  lineOf: ReturnType<typeof lineFinder>,
): FindingLocation {
  const { source, path } = at;
  return { ...source, line: lineOf({ source, path: [...path, ...offendingField(report)] }) };
}

/** A field's path in a sentence: `spec.ingress[0].from[1]`. */
const FIELD = /\b(?:spec|metadata)(?:\.[A-Za-z][\w-]*|\["[^"\]]+"\]|\[\d+\])+/;
const STEP = /\.?([A-Za-z][\w-]*)|\["([^"\]]+)"\]|\[(\d+)\]/g;

/** The field that a finding speaks of first: its evidence names what proves it. */
function offendingField({ finding }: PolicyReport): (string | number)[] {
  if (finding === undefined) return [];
  const texts = finding.kind === "violation" ? [finding.evidence, finding.wrong] : finding.fields;
  const [text] = texts.flatMap((one) => FIELD.exec(one)?.[0] ?? []);
  return [...(text ?? "").matchAll(STEP)].map(([, name, quoted, index]) =>
    index === undefined ? (name ?? quoted ?? "") : Number(index),
  );
}
