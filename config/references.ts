import {
  atPath,
  below,
  type Place,
  type Problem,
  problemText,
  quote,
  type Step,
  throwProblems,
  messageOf,
} from "../problems";
import { resolveSubnetGroups, type SubnetsOf } from "./lookUps";

/** Reads one output of another stack; undefined where there is none. What it throws is the problem's text. */
export type OutputOf = (stack: string, output: string) => Promise<unknown>;

interface OutputReference {
  readonly stack: string;
  readonly output: string;
}

const CLUSTERS = "palisade:clusters";

/**
 * A stack's config with every `{ stack: …, output: … }` in its clusters replaced by that output of that stack: the
 * network's own stack knows its VPC best. An output may be any value that the config could have there. Then databases'
 * `{ subnetGroup: … }` are looked up.
 *
 * @throws PalisadeInputError with every reference that leads nowhere, or else every look-up.
 */
export async function resolveReferences(
  values: Readonly<Record<string, string>>,
  outputOf: OutputOf,
  subnetsOf: SubnetsOf,
): Promise<Readonly<Record<string, string>>> {
  const text = values[CLUSTERS];
  if (text === undefined) return values;
  let clusters: unknown;
  try {
    clusters = JSON.parse(text);
  } catch {
    return values;
  }
  const problems: Problem[] = [];
  const resolved = await resolve(clusters, atPath(CLUSTERS), outputOf, problems);
  // Outputs arrive in any order; the message doesn't depend on it.
  problems.sort((a, b) => (problemText(a) < problemText(b) ? -1 : 1));
  throwProblems(problems);
  return { ...values, [CLUSTERS]: JSON.stringify(await resolveSubnetGroups(resolved, subnetsOf)) };
}

async function resolve(value: unknown, at: Place, outputOf: OutputOf, problems: Problem[]): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (isReference(value)) return read(value, at, outputOf, problems);
  const inner = (one: unknown, key: Step) => resolve(one, below(at, key), outputOf, problems);
  if (Array.isArray(value)) return Promise.all(value.map((item: unknown, index) => inner(item, index)));
  const entries = Object.entries(value).map(async ([key, item]) => [key, await inner(item, key)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

const isReference = (value: object): value is OutputReference =>
  Object.keys(value).sort().join() === "output,stack" &&
  Object.values(value).every((text) => typeof text === "string");

async function read(
  { stack, output }: OutputReference,
  place: Place,
  outputOf: OutputOf,
  problems: Problem[],
): Promise<unknown> {
  try {
    const value = await outputOf(stack, output);
    if (value !== undefined && value !== null) return value;
    problems.push({
      place,
      message: `stack ${stack} has no output ${quote(output)}`,
      remedy: "Export it there, or write the value here",
    });
  } catch (error) {
    problems.push({
      place,
      message: messageOf(error),
      remedy: "Deploy that stack first, correct its name, or write the value here",
    });
  }
  return undefined;
}
