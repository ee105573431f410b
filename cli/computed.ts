// Tests: test/beside/preview.test.ts
import type { Resource } from "../engine";
import { faultsOf, type FlowRow, type JudgedFlow, prove, rowOf } from "../proof";
import { plannedResource } from "./manifests/stackWorld";
import type { Computed } from "./report";

/** What each application of a plan declares beside what the plan opens, by the component's name. */
export function computedOf(stack: string, resources: readonly Resource[]): ReadonlyMap<string, Computed> {
  return new Map(
    prove(stack, resources.map(plannedResource)).map((proof): [string, Computed] => {
      if (proof.kind === "unread") return [proof.component, { kind: "refused", problems: proof.because }];
      const { undeclared, closed, lenient } = faultsOf(proof);
      return [
        proof.component,
        {
          kind: "proof",
          flows: proof.flows.map(judgedRow),
          undeclared: proof.undeclared,
          faults: undeclared.length + closed.length,
          ...(lenient === undefined ? {} : { lenient }),
        },
      ];
    }),
  );
}

const judgedRow = (judged: JudgedFlow): FlowRow & Omit<JudgedFlow, "flow"> => {
  const { flow, ...verdicts } = judged;
  return { ...rowOf(flow), ...verdicts };
};
