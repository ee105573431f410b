// Tests: test/cli/reach/command.test.ts
import type { Resource } from "../../engine";
import { EVERYTHING } from "../../kubernetes";
import { placeText, type Problem } from "../../problems";
import { type Plain, PlannedObjects, type PlannedResource } from "../../proof";
import type { UncomputedPolicy } from "../../reachability/read";
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
  private readonly unseen: readonly UncomputedPolicy[];

  /**
   * @param stack its name, as sources of evidence call it.
   * @param leftOut what couldn't be run: on which cluster it would be, and what policies it would bring, nobody says.
   */
  constructor(stack: string, resources: readonly Resource[], leftOut: readonly Problem[]) {
    this.planned = new PlannedObjects(stack, resources.map(plannedResource));
    this.unseen = leftOut.flatMap((part) => policiesOfPart(stack, part));
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
    const { unseen } = this;
    const options = { ...worldOptions(flags, guarded), unplaced: "in no block", unseen } as const;
    return loadObjects(planned.objects(cluster), options, []);
  }
}

/** A component by its type and name, but of those that make nothing on Kubernetes; or the end of a program that stopped. */
const MAKES_OBJECTS = /^(?:(?!aws(?:x|-native)?:)([^ :]+:[^ ]*:[A-Z]\w*) (.+)|the rest of the program)$/;

/** What stands for the NetworkPolicies that a part would bring, in any namespace. Functions and other stacks' outputs bring none. */
function policiesOfPart(stack: string, { place }: Problem): UncomputedPolicy[] {
  const part = placeText(place);
  const match = MAKES_OBJECTS.exec(part);
  if (match === null) return [];
  const [, kind = part, name = ""] = match;
  return [
    {
      kind,
      namespace: "",
      name,
      source: { file: `the plan of stack ${stack}`, document: 0, isLive: true },
      subjects: [{ kind: "pods", namespaces: EVERYTHING, pods: EVERYTHING }],
      ingress: "adds",
      egress: "adds",
      outsideOnly: false,
      content: part,
      because: "made",
    },
  ];
}
