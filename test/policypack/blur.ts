import { type TestResource, UNKNOWN } from "./helpers";

/** Where a value is: keys of objects, indexes of lists. */
export type Path = readonly (string | number)[];

/** Every place in a value, the containers before what they hold. */
function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [at];
  const entries = Object.entries(value).map(([key, item]): [string | number, unknown] => [
    Array.isArray(value) ? Number(key) : key,
    item,
  ]);
  return [...(at.length > 0 ? [at] : []), ...entries.flatMap(([key, item]) => places(item, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return UNKNOWN;
  if (typeof value !== "object" || value === null) return value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
    string | number,
    unknown
  >;
  copy[key] = replaced(copy[key], rest);
  return copy;
}

/** A place of a stack: the resource's index, then the path in its properties. */
export interface Spot {
  readonly resource: number;
  readonly path: Path;
}

/** Every place of every resource. */
export const spotsOf = (stack: readonly TestResource[]): Spot[] =>
  stack.flatMap(({ props }, resource) => places(props).map((path) => ({ resource, path })));

/** The stack with some places unknown. */
export const blur = (stack: readonly TestResource[], spots: readonly Spot[]): TestResource[] =>
  stack.map((resource, index) => ({
    ...resource,
    props: spots
      .filter((spot) => spot.resource === index)
      .reduce<unknown>((props, { path }) => replaced(props, path), resource.props) as object,
  }));
