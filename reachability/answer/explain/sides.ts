import type { ReportedEnd } from "../../compute";
import { sourceText } from "../../read";
import type { Reason, SideEvidence } from "../evidence";
import type { TierStep } from "../tierEvidence";

/** What decides one side of a question, as a sentence. `as` says what policies see of the other end. */
export function sideSentence(evidence: SideEvidence, from: ReportedEnd, to: ReportedEnd, as = ""): string {
  const { layer, side, isolatedBy, admin, baseline } = evidence;
  const label = `${side === "egress" ? "Egress" : "Ingress"}${layer === "groups" ? " (security groups)" : as}`;
  const own = side === "egress" ? from : to;
  const before = admin.map(
    (step) => `${stepText(step)}${step.tier === "deny" ? ", before all that admits" : ", in the Admin tier"}`,
  );
  const last = admin.at(-1);
  if (last?.certain === true && last.action !== "pass") return `${label}: ${before.join("; ")}.`;
  const after = isolatedBy.some(({ certain }) => certain)
    ? []
    : baseline.map((step) => `${stepText(step)}, in the Baseline tier`);
  return `${label}: ${[...before, policyText(evidence, own), ...after].join("; ")}.`;
}

const DOES = { accept: "accepts it", deny: "denies it", pass: "leaves it to the next tier" } as const;

const stepText = ({ guard, place, source, certain, action, atMost }: TierStep): string =>
  `${place} of ${guard} (${sourceText(source)}) ${certain ? "" : "perhaps "}${DOES[action]}${atMost === undefined ? "" : ` (${atMost})`}`;

/** What NetworkPolicies, or groups, say of a side. */
function policyText({ layer, isolatedBy, admittedBy, baseline }: SideEvidence, own: ReportedEnd): string {
  const what = layer === "policies" ? "NetworkPolicy" : "security group";
  if (isolatedBy.length === 0) {
    return own.kind === "IPBlock"
      ? `${own.id} is outside, where no policy applies`
      : `no ${what} isolates ${own.id}${baseline.length === 0 ? ", so this passes" : ""}`;
  }
  if (admittedBy.length === 0) {
    const [verb, rules] =
      isolatedBy.length === 1 ? ["isolates", "no rule of it"] : ["isolate", "no rule of them"];
    return `${isolatedBy.map(reasonText).join(" and ")} ${verb} ${own.id}, and ${rules} admits this`;
  }
  const limits = [...new Set(admittedBy.flatMap(({ atMost }) => (atMost === undefined ? [] : [atMost])))];
  const unsure = limits.length === 0 ? "" : ` (${limits.join("; ")})`;
  return `${admittedBy.map(reasonText).join(" and ")} ${admittedBy.length === 1 ? "admits" : "admit"} it${unsure}`;
}

function reasonText({ guard, place, source, certain }: Reason): string {
  const where = source === undefined ? "" : ` (${sourceText(source)})`;
  const doubt = certain ? "" : " perhaps";
  return place === undefined ? `${guard}${where}${doubt}` : `${place} of ${guard}${where}${doubt}`;
}
