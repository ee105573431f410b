/**
 * Provider functions whose answer follows from their arguments and the provider's config alone, answered as the providers do. In:
 * token, arguments, the provider's inputs. Out: the result, or undefined where only the provider can tell.
 * Tests: test/engine/functions/policyDocument.test.ts, test/engine/functions/functions.test.ts.
 */
import type { ValueMap } from "../values";
import { arnParts, partition, region, servicePrincipal } from "./awsFacts";
import { decodeYaml } from "./decodeYaml";
import { policyDocument } from "./policyDocument";

/** A function of a provider: its arguments, and the inputs of the provider that is asked. Throws Error for what the provider refuses. */
type PureFunction = (args: ValueMap, provider: ValueMap) => ValueMap | undefined;

const FUNCTIONS: ReadonlyMap<string, PureFunction> = new Map<string, PureFunction>([
  ["aws:iam/getPolicyDocument:getPolicyDocument", policyDocument],
  ["aws:index/getArn:getArn", arnParts],
  ["aws:index/getPartition:getPartition", partition],
  ["aws:index/getRegion:getRegion", region],
  ["aws:index/getServicePrincipal:getServicePrincipal", servicePrincipal],
  ["kubernetes:yaml:decode", decodeYaml],
]);

/** The result of a function that needs no provider, or undefined. Throws Error where the provider would refuse the arguments. */
export const computed = (token: string, args: ValueMap, provider: ValueMap): ValueMap | undefined =>
  FUNCTIONS.get(token)?.(args, provider);
