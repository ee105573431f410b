// Tests: test/cli/command.test.ts
import type { DeclaredFlow } from "../declared";
import { forDisplay, type Resource, type Value, type ValueMap } from "../engine";
import { APPLICATION, type FlowRow, rowOf } from "../proof";

/** What an application says about itself: its outputs. */
export interface ApplicationOutputs {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly stage: string;
  /** As declared. */
  readonly flows: readonly FlowRow[];
  readonly notes: readonly string[];
  /** How each workload reaches each database and bucket: policy, groups, role; one line each. */
  readonly access: readonly string[];
  /** How full each security group is; one line each. */
  readonly quotas: readonly string[];
}

/** The applications of a plan, as they declare themselves. */
export const applicationsOf = (resources: readonly Resource[]): ApplicationOutputs[] =>
  outputsOf(APPLICATION, resources).map(({ name, outputs }) => applicationOf(name, outputs));

/** What the components of a type say about themselves, by their names. */
export function outputsOf(
  component: string,
  resources: readonly Resource[],
): { name: string; outputs: ValueMap }[] {
  return resources
    .filter(({ type }) => type === component)
    .map(({ name, outputs }) => ({ name, outputs: forDisplay(outputs) as ValueMap }));
}

export const text = (value: Value | undefined): string => (typeof value === "string" ? value : "[unknown]");
export const texts = (value: Value | undefined): string[] => (Array.isArray(value) ? value.map(text) : []);

/** The flows that components of a plan declare, every end as data. */
export const declaredFlowsOf = (
  resources: readonly Resource[],
  isWanted: (component: string) => boolean,
): DeclaredFlow[] =>
  outputsOf(APPLICATION, resources).flatMap(({ name, outputs }) => (isWanted(name) ? flowsIn(outputs) : []));

function flowsIn(outputs: ValueMap): readonly DeclaredFlow[] {
  const { flows = [] } = (outputs["declared"] ?? {}) as { flows?: readonly DeclaredFlow[] };
  return flows;
}

function applicationOf(name: string, outputs: ValueMap): ApplicationOutputs {
  return {
    name,
    namespace: text(outputs["namespace"]),
    cluster: text(outputs["cluster"]),
    stage: text(outputs["stage"]),
    flows: flowsIn(outputs).map(rowOf),
    notes: texts(outputs["notes"]),
    access: texts(outputs["access"]),
    quotas: texts(outputs["quotas"]),
  };
}
