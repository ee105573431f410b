import * as pulumi from "@pulumi/pulumi";
import { inputError } from "../problems";

const references = new Map<string, pulumi.StackReference>();

/**
 * An output of another stack, by the stack's name ("organization/network/dev") and the output's: undefined where that
 * stack has none of the name. A secret one is refused by its name: facts of a network are written into plain resources.
 */
export async function outputOf(stack: string, output: string): Promise<unknown> {
  const reference = references.get(stack) ?? new pulumi.StackReference(stack);
  references.set(stack, reference);
  // The SDK types outputs as any.
  const details = (await reference.getOutputDetails(output)) as Readonly<Record<string, unknown>>;
  if (details["secretValue"] !== undefined)
    throw inputError([], `output ${output} of stack ${stack} is a secret`);
  return details["value"];
}
