import * as pulumi from "@pulumi/pulumi";
import { below, type Place, type Problem, throwProblems } from "../../problems";

/**
 * Inputs of another language's program as plain data. What is only known while the program is deployed can't decide which resources there
 * are, and what is plain in a policy or a name is in everybody's sight: both are refused, each by its path.
 *
 * @throws PalisadeInputError with every secret, every value that isn't known yet, and all that isn't data
 */
export async function plainInputs(inputs: pulumi.Inputs): Promise<Readonly<Record<string, unknown>>> {
  const problems: Problem[] = [];
  const read = await plainFields(inputs, [], problems);
  throwProblems(problems);
  return read;
}

/** One after the other, so that problems come in the order of what they are about. */
async function plainFields(value: object, at: Place, problems: Problem[]): Promise<Record<string, unknown>> {
  const entries: [string, unknown][] = [];
  for (const [key, each] of Object.entries(value))
    entries.push([key, await plain(each, below(at, key), problems)]);
  return Object.fromEntries(entries);
}

const REMEDY = {
  secret:
    "Write it as plain text, or leave it to whoever may read it: policies, names and tags are no place for secrets",
  unknown:
    "It decides which resources there are, so it has to be known before they are made: deploy what computes it first, or write the value",
};
const UNKNOWN = { message: "isn't known yet", remedy: REMEDY.unknown };

/** What the SDK's outputs have beside their published type. */
interface Inside {
  readonly isKnown: Promise<boolean>;
  /** Its value; with unknowns, an unknown inside it is the SDK's mark for one. */
  readonly promise: (withUnknowns: true) => Promise<unknown>;
}

async function plain(value: unknown, at: Place, problems: Problem[]): Promise<unknown> {
  const fault = await faultOf(value);
  if (fault !== undefined) {
    problems.push({ place: at, ...fault });
    return undefined;
  }
  if (pulumi.Output.isInstance(value)) return plain(await insideOf(value).promise(true), at, problems);
  if (!isObject(value)) return value;
  if (!Array.isArray(value)) return plainFields(value, at, problems);
  const items: unknown[] = [];
  for (const [i, each] of (value as unknown[]).entries())
    items.push(await plain(each, below(at, i), problems));
  return items;
}

/** Why a value, whatever is in it, can't be plain data. */
async function faultOf(value: unknown): Promise<Pick<Problem, "message" | "remedy"> | undefined> {
  if (pulumi.Output.isInstance(value)) {
    if (await pulumi.isSecret(value)) return { message: "is a secret", remedy: REMEDY.secret };
    return (await insideOf(value).isKnown) ? undefined : UNKNOWN;
  }
  if (pulumi.Resource.isInstance(value)) return { message: "is a resource", remedy: "Write its name or id" };
  if (pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value))
    return { message: "is a file", remedy: "Write what is in it" };
  if (!isObject(value) || Array.isArray(value) || isMapping(value)) return undefined;
  return pulumi.containsUnknowns(value)
    ? UNKNOWN
    : { message: "isn't plain data", remedy: "Write texts, numbers, lists and mappings" };
}

const insideOf = (output: pulumi.Output<unknown>): Inside => output as unknown as Inside;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Whether it is a mapping of the program's, and no object of the SDK's. */
const isMapping = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;
