import type { Resource } from "../engine";
import { BadInput } from "./manifests/load";
import { applicationRelations } from "./manifests/stackRelation";
import { applicationsOf } from "./declared";
import type { Computed } from "./report";

/** Who reaches whom in each application of a plan, by the application's name; the reasons where the plan can't be read. */
export function computedOf(resources: readonly Resource[]): ReadonlyMap<string, Computed> {
  const applications = applicationsOf(resources);
  if (applications.length === 0) return new Map();
  try {
    const relations = applicationRelations(resources, applications);
    return new Map([...relations].map(([name, relation]) => [name, { kind: "relation", ...relation }]));
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const problems = error.lines;
    return new Map(applications.map(({ name }) => [name, { kind: "refused", problems }]));
  }
}
