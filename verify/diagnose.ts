import type { QuestionResult, JudgedProbe } from "./judge";
import { type Drift, driftText, isFinding } from "./drift";
import type { LiveWorld } from "./liveWorld";

/** What is behind a difference: a full sentence. */
export function diagnose(answer: QuestionResult, world: LiveWorld, drift: readonly Drift[]): string {
  const wrong = answer.probes.find(({ verdict }) => isWrong(answer, verdict.verdict));
  if (wrong === undefined) return "";
  const says = world.says(wrong.probe);
  const stale = drift.filter(isFinding).map(driftText);
  switch (answer.question.expected) {
    case "blocked":
      if (says === "blocked")
        return "The live policies forbid it, so the cluster doesn't enforce them between these ends.";
      if (stale.length > 0) return `The live policies aren't the planned ones: ${some(stale)}.`;
      return says === "allowed"
        ? "The live policies admit it, and they are the planned ones: another policy of the namespace, or an address that another flow opens, is wider than the declaration."
        : "Whether the live policies admit it isn't known.";
    case "allowed":
      if (says === "allowed") {
        return "The live policies admit it, so something else blocks it: a security group, a policy of another kind, or a CNI that lags behind.";
      }
      if (stale.length > 0) return `The live policies aren't the planned ones: ${some(stale)}.`;
      return says === "blocked"
        ? "The live policies forbid it, and they are the planned ones: another address of the end than the planned ones was asked."
        : "Whether the live policies admit it isn't known.";
  }
}

const isWrong = ({ question }: QuestionResult, verdict: JudgedProbe["verdict"]["verdict"]): boolean =>
  verdict !== "could-not-probe" && verdict !== question.expected;

const some = (lines: readonly string[]): string =>
  `${lines.slice(0, 3).join("; ")}${lines.length > 3 ? `; and ${lines.length - 3} more (palisade drift has all)` : ""}`;

/** How many denials were shown to hold and how many not: the best proof that NetworkPolicies are enforced, or aren't. */
export function enforcement(
  answers: readonly QuestionResult[],
): "proven" | "nothing-enforced" | "partly" | "not-shown" {
  const denials = answers
    .filter(({ question }) => question.expected === "blocked")
    .flatMap(({ probes }) => probes);
  const blocked = denials.filter(({ verdict }) => verdict.verdict === "blocked").length;
  const open = denials.filter(({ verdict }) => verdict.verdict === "allowed").length;
  if (blocked + open === 0) return "not-shown";
  if (open === 0) return "proven";
  return blocked === 0 ? "nothing-enforced" : "partly";
}
