import { plannedResource } from "../../cli/manifests/stackWorld";
import type { Resource } from "../../engine";
import { prove } from "../../proof";
import type { Mutant } from "./stack";

/** The policy that compares what is declared with what is open. */
export const PROOF = "exactly-declared";

const CONNECTIVITY =
  /:(?:NetworkPolicy|SecurityGroupPolicy|SecurityGroup|SecurityGroupRule|SecurityGroup(?:In|E)gressRule)$/;

/** Whether a rule is for a group of another stack, whose ends no application here declares. */
function isOnOthersGroup({ inputs: { securityGroupId } }: Resource): boolean {
  return typeof securityGroupId === "string" && securityGroupId.startsWith("sg-");
}

/** Whether a mutant changes policies or groups of the stack, and by that who can connect to whom. */
export function isConnectivity({ operator, set, without, stack }: Mutant): boolean {
  const changed = [...set, ...stack.resources.filter(({ urn }) => without.includes(urn))];
  return (
    operator !== "a rule without its description" &&
    changed.every((resource) => CONNECTIVITY.test(resource.type) && !isOnOthersGroup(resource))
  );
}

/** Whether the comparison of the plan with what its applications declare shows any difference, by itself. */
export const differsByProof = ({ stack, resources }: Mutant): boolean =>
  prove(stack.name, resources.map(plannedResource)).some(
    (proof) =>
      proof.kind === "unread" ||
      proof.undeclared.length > 0 ||
      proof.flows.some(({ verdict }) => verdict !== "allowed"),
  );
