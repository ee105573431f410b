// Tests: test/cli/htmlReport.test.ts
import { computedOf } from "./computed";
import { evidenceOf, judgmentOfPlan } from "./controls";
import { declaredOnMap } from "./declaredReasons";
import type { FlowRow } from "../proof";
import { placeText } from "../problems";
import { judgedPlan } from "./manifests/plan";
import { worldsOf } from "./manifests/stack";
import { packSources } from "./preview";
import { mandatoryFirst, verdictSentence } from "./judgedReport";
import { compared } from "./render/computed";
import { plural } from "./render/text";
import { type PreviewReport, type ReportedApplication, reportOf } from "./report";
import { declaredFlowsOf } from "./reportedApplications";
import type { ReportFlags, ReportInput } from "./reportInput";
import { accessOf, exemptionsIn, quotaOf } from "./reportLists";

/**
 * What a stack's page is made of: its plan, judged by its packs, each declared flow beside what is computed.
 * @throws PalisadeInputError when the program fails, or the cluster isn't there.
 */
export async function plannedReport(stack: string, flags: ReportFlags): Promise<ReportInput> {
  const name = stack.split("/").at(-1) ?? stack;
  const cwd = flags.cwd ?? ".";
  let configs: readonly (string | undefined)[] = [];
  const plan = await judgedPlan(stack, cwd, (project) => async () => {
    const sources = await packSources(project, { stack, cwd });
    configs = sources.map(({ config }) => config);
    return sources;
  });
  const { resources } = plan;
  const report = reportOf(plan, computedOf(name, resources));
  const judgment = judgmentOfPlan(report);
  const loaded = worldsOf(stack, plan, flags);
  return {
    title: `${report.project} / ${report.stack}: who reaches whom`,
    loaded,
    side: () => Promise.resolve({ kind: "worlds", loaded, isLive: false }),
    declaredOn: (cluster = flags.cluster) => {
      const there = report.applications.filter((one) => cluster === undefined || one.cluster === cluster);
      const shared = report.shared.filter((one) => cluster === undefined || one.cluster === cluster);
      const proven = new Set(there.flatMap((one) => (one.computed?.kind === "proof" ? [one.name] : [])));
      return {
        flows: there.flatMap(flowsOf),
        access: there.flatMap((one) => one.access.map(accessOf)),
        quotas: [...there, ...shared].flatMap((one) => one.quotas.flatMap((line) => quotaOf(line) ?? [])),
        map: declaredOnMap(
          declaredFlowsOf(resources, (component) => proven.has(component)),
          new Set(there.flatMap((one) => (proven.has(one.name) ? [one.namespace] : []))),
        ),
      };
    },
    sentences: sentencesOf(report),
    findings: mandatoryFirst(
      report.findings.map(({ level, policy, message, urn, undecided }) => ({
        level: undecided ? "undecided" : level,
        policy,
        resource: urn.split("::").at(-1) ?? "",
        message,
      })),
    ),
    exemptions: configs.flatMap(exemptionsIn),
    evidence: judgment === undefined ? { controls: [], judged: [] } : evidenceOf(judgment),
    folder: cwd,
    verdict: report.verdict,
    isUndecided: report.verdict === "undecided",
  };
}

function flowsOf({ computed, flows }: ReportedApplication) {
  const shown = ({ from, to, ports, because }: FlowRow) => ({ from, to, ports: ports.join(" "), because });
  if (computed?.kind !== "proof") return flows.map(shown);
  return computed.flows.map((row) => ({ ...shown(row), verdict: row.verdict }));
}

/** The verdict first, then how what is open compares with what is declared. */
function sentencesOf({
  applications,
  verdict,
  findings,
  judged: count,
  leftOut,
}: PreviewReport): ReportInput["sentences"] {
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const judged = verdictSentence(verdict, mandatory);
  const proofs = applications.map((application) => {
    const { declared, computed } = compared(application);
    return `${application.name}: ${declared}${computed}`;
  });
  const parts = leftOut.map(({ place }) => placeText(place)).join(", ");
  const partly =
    leftOut.length === 0
      ? []
      : [
          `${plural(count, "resource")} judged; ${plural(leftOut.length, "part")} of the plan couldn't be run here, and what ${leftOut.length === 1 ? "it" : "they"} would make is unknown: ${parts}.`,
        ];
  return [[judged, ...partly], proofs.length === 0 ? [] : [`${proofs.join("; ")}.`]];
}
