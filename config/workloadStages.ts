import { below, type Place, type Problem } from "../problems";
import type { Stage } from "../compile";

/**
 * The workloads that lag behind their application. Policies only add up, so a workload can stay open in an isolated
 * namespace, but none can be isolated in an open one.
 */
export function observedWorkloads(
  stages: Readonly<Record<string, Stage>>,
  application: Stage,
  at: Place,
  problems: Problem[],
): string[] {
  for (const [workload, stage] of Object.entries(stages)) {
    const place = below(at, workload);
    if (stage === "off") {
      problems.push({
        place,
        message: "off would leave the workload under isolation without what its flows need",
        remedy: "Use observe, which blocks nothing for it",
      });
    } else if (stage === "enforce" && application !== "enforce") {
      problems.push({
        place,
        message: `can't be enforce while the application's stage is ${application}: its isolation policy allows everything`,
        remedy: "Set stage: enforce for the application, and observe for the workloads that lag behind",
      });
    } else if (application === "off") {
      problems.push({
        place,
        message: "there is nothing to observe while the application's stage is off",
        remedy: "Remove it, or set stage: observe for the application",
      });
    }
  }
  return Object.keys(stages)
    .filter((workload) => stages[workload] === "observe")
    .sort();
}
