// Tests: test/cli/observe/command.test.ts
import type { ObservedFlow, ObservedStack, UndeclaredConnection } from "../../observe";
import type { Proposed } from "../proposedFlow";
import type { ObservedCluster } from "./stack";

/** A connection that nobody declares, with what to declare, and the workloads of the stack that refuse it when they are enforced. */
export interface SuggestedConnection extends UndeclaredConnection {
  readonly declare: readonly Proposed[];
  readonly refusedBy: readonly string[];
  /** `denied`: so say all records of who has the last word. `seen`: some say that it passed, or nothing of policies. */
  readonly today: "seen" | "denied";
}

/** All that `observe` prints. */
export interface ObserveReport {
  readonly stack: string;
  readonly cluster: string;
  readonly applications: readonly {
    readonly name: string;
    readonly stage: string;
    readonly owner: string | undefined;
  }[];
  readonly observed: ObservedStack;
  readonly deniedFlows: readonly ObservedFlow[];
  readonly undeclared: readonly SuggestedConnection[];
  readonly files: number;
  /** Lines that can't be read: how many, and the first of them. */
  readonly unreadable: { readonly lines: number; readonly first: readonly string[] };
  readonly warnings: readonly string[];
  readonly verdict: "clean" | "findings" | "undecided";
}

/** Whether some records of it say that it passed, or nothing of policies: what the source's side let out, the destination's may have denied. */
const passes = ({ records }: Pick<UndeclaredConnection, "records">): boolean =>
  records.passed + records.seen + records.audited > 0 || (records["let out"] > 0 && records.denied === 0);

/** Whether records say that it was denied. */
export const isDenied = ({ records }: Pick<UndeclaredConnection, "records">): boolean =>
  records.denied + records["perhaps denied"] > 0;

/** The report of what was observed on a cluster. */
export function observeReport(
  stack: string,
  { cluster, applications, warnings }: ObservedCluster,
  observed: ObservedStack,
  declare: (connection: UndeclaredConnection) => readonly Proposed[],
  read: Pick<ObserveReport, "files" | "unreadable"> & { readonly warnings: readonly string[] },
): ObserveReport {
  const undeclared = observed.undeclared.map((connection): SuggestedConnection => ({
    ...connection,
    declare: declare(connection),
    refusedBy: [...new Set([connection.from, connection.to].flatMap((party) => refuserOf(party) ?? []))],
    today: passes(connection) ? "seen" : "denied",
  }));
  const deniedFlows = observed.flows.filter(isDenied);
  const isFinding = deniedFlows.length > 0 || undeclared.some(({ today }) => today === "seen");
  return {
    stack,
    cluster,
    applications: applications.map(({ declaration: { application: name, stage }, owner }) => ({
      name,
      stage,
      owner,
    })),
    observed,
    deniedFlows,
    undeclared,
    files: read.files,
    unreadable: read.unreadable,
    warnings: [...warnings, ...read.warnings],
    verdict: isFinding ? "findings" : observed.attributed === 0 ? "undecided" : "clean",
  };
}

function refuserOf(party: UndeclaredConnection["from"]): string | undefined {
  if (party.kind === "addresses" || party.application === undefined) return undefined;
  return `${party.application}/${party.kind === "workload" ? party.workload : "(pods of no workload)"}`;
}
