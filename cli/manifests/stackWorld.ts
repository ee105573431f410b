// Tests: test/cli/reach/command.test.ts
import type { Resource } from "../../engine";
import { type Plain, PlannedObjects, type PlannedResource } from "../../proof";
import { type Loaded, type WorldFlags, loadObjects, worldOptions } from "./load";
import { plain } from "./stackValues";

/** A resource of the embedded preview as the proof and the analyzer take it. */
export const plannedResource = ({
  urn,
  type,
  name,
  parent,
  provider,
  read,
  inputs,
  outputs,
  propertyDependencies,
}: Resource): PlannedResource => ({
  urn,
  type,
  name,
  parent,
  provider,
  read,
  inputs: plain(inputs) as Plain,
  outputs: plain(outputs) as Plain,
  propertyDependencies,
});

/** A plan's worlds, one a cluster. */
export class StackWorlds {
  private readonly planned: PlannedObjects;

  /** @param stack its name, as sources of evidence call it. */
  constructor(stack: string, resources: readonly Resource[]) {
    this.planned = new PlannedObjects(stack, resources.map(plannedResource));
  }

  /** The names of the Kubernetes providers, one a cluster, in order. */
  get clusters(): readonly string[] {
    return this.planned.clusters;
  }

  /**
   * One cluster's world. What the plan doesn't know is unknown in it.
   * @throws PalisadeInputError with what an API server would refuse.
   */
  world(cluster: string, flags: WorldFlags): Loaded {
    const { planned } = this;
    // Groups of another cluster's workloads guard nothing here.
    const attaches = planned.resourcesOf(cluster).some(({ type }) => type.endsWith(":SecurityGroupPolicy"));
    const guarded = attaches ? planned.described() : undefined;
    const options = { ...worldOptions(flags, guarded), unplaced: "in no block" } as const;
    return loadObjects(planned.objects(cluster), options, []);
  }
}
