import { plannedResource } from "../../cli/manifests/stackWorld";
import type { Resource } from "../../engine";
import { prove } from "../../proof";
import type { Mutant } from "./stack";

/** The policy that compares what is declared with what is open. */
export const PROOF = "exactly-declared";

const CONNECTIVITY =
  /:(?:NetworkPolicy|SecurityGroupPolicy|SecurityGroup|SecurityGroupRule|SecurityGroup(?:In|E)gressRule)$/;

/** Whether a rule is on a group that nothing of the stack is about: no application here declares its ends. */
function isOnOthersGroup(
  { inputs: { securityGroupId: id } }: Resource,
  { resources }: Mutant["stack"],
): boolean {
  return (
    typeof id === "string" &&
    id.startsWith("sg-") &&
    resources.every(({ inputs }) => inputs["securityGroupId"] !== id)
  );
}

/** Whether a mutant changes policies or groups of the stack, and by that who can connect to whom. */
export function isConnectivity({ operator, set, without, stack }: Mutant): boolean {
  const changed = [...set, ...stack.resources.filter(({ urn }) => without.includes(urn))];
  return (
    operator !== "a rule without its description" &&
    changed.every((resource) => CONNECTIVITY.test(resource.type) && !isOnOthersGroup(resource, stack))
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
