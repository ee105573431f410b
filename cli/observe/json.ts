// Tests: test/cli/observe/command.test.ts
import { rowOf } from "../../proof";
import type { ObserveReport } from "./report";

const dated = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();

/** The report as one JSON document; times as ISO 8601. */
export function observeJson(report: ObserveReport): string {
  const { observed, undeclared, stack, cluster, applications, files, unreadable, warnings, verdict } = report;
  const { window } = observed;
  const document = {
    version: 1,
    verdict,
    stack,
    cluster,
    applications,
    files,
    window: window === undefined ? undefined : { first: dated(window.first), last: dated(window.last) },
    formats: observed.formats,
    flows: observed.flows.map(
      ({ application, owner, flow, verdict: plan, state, because, records, first, last }) => ({
        application,
        owner,
        id: flow.id,
        ...rowOf(flow),
        plan,
        state,
        notUnusedBecause: because,
        records,
        first: dated(first),
        last: dated(last),
      }),
    ),
    undeclared: undeclared.map(({ first, last, ...rest }) => ({
      ...rest,
      first: dated(first),
      last: dated(last),
    })),
    undeclaredBeyond: observed.undeclaredBeyond,
    attributed: observed.attributed,
    unattributed: observed.unattributed,
    others: observed.others,
    nodes: observed.nodes,
    aside: observed.aside,
    gaps: observed.gaps,
    unreadable,
    warnings,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
