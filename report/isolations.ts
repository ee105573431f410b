// Tests: test/report/browser.test.ts
import { type Isolation, isolationsOf, type SideIsolation } from "../reachability/answer";
import type { Analysis } from "../reachability/compute";
import type { ReportedIsolation, ReportedSideIsolation } from "./pageData";

/** What holds back the traffic of each end inside, by direction. */
export function reportedIsolations(analysis: Analysis): readonly ReportedIsolation[] {
  const of = isolationsOf(analysis);
  return analysis.ends
    .filter(({ kind }) => kind !== "IPBlock")
    .map((end) => {
      const { ingress, egress } = of(end);
      return { id: end.id, ingress: reported(ingress), egress: reported(egress) };
    });
}

const reported = ({ isolatedBy, deniedBy }: SideIsolation): ReportedSideIsolation => ({
  isolatedBy: isolatedBy.map(isolationText),
  deniedBy: deniedBy.map(isolationText),
});

/** `NetworkPolicy shop/web`; what isn't sure is marked. */
export const isolationText = ({ guard, certain }: Isolation): string =>
  certain ? guard : `${guard} (not known)`;
