import { quote } from "../problems";
import type { PortSet } from "../net";
import type { Acceptance } from "./declaration";
import { describePeer, parseReference } from "./ends";
import { listeningFault } from "./flows";
import type { AcceptedFlow, WorkloadEnd } from "./model";
import { reasonFault, reasonText } from "./names";
import { readReference } from "./readPeers";
import { type ReportFaults, readPorts } from "./report";
import type { Scope } from "./scope";

/** An acceptance that is right by itself; whether the other side wants it is checked between applications. */
export interface ReadAcceptance {
  readonly subject: string;
  readonly from: AcceptedFlow["from"];
  readonly to: WorkloadEnd;
  readonly ports: PortSet;
  readonly because: string;
}

/** Checks every acceptance by itself. */
export function readAcceptances(
  declared: readonly Acceptance[],
  scope: Scope,
  report: ReportFaults,
): readonly ReadAcceptance[] {
  return declared.flatMap((acceptance) => {
    const { application, workload } = acceptance;
    const subject = `acceptance ${describePeer({ kind: "application", application, workload })} → ${describePeer(acceptance.to)}`;
    if (application === scope.application) {
      report(subject, {
        message: `${quote(application)} is this application itself`,
        remedy: "Flows inside an application need no acceptance: leave it out",
      });
    }
    const to = readReference(acceptance.to, scope, subject, report);
    const ports = readPorts(acceptance.ports, subject, report);
    const because = reasonText(acceptance.because);
    report(subject, reasonFault(because));
    if (to === undefined) return [];
    report(subject, listeningFault(to.workload, ports, scope));
    return [{ subject, from: { application, ...parseReference(workload) }, to, ports, because }];
  });
}
