import type { Cluster } from "../compile";
import type { DeclaredApplication } from "../flows";
import { below, PalisadeInputError, type Place, type Problem, within } from "../problems";

/** A placement's place in the config: "clusters[0].applications.shop". */
export const placementPlace = (cluster: Place, application: string): Place =>
  below(cluster, "applications", application);

/** A compiler's place in the config: "shop on lab: flow …" is "clusters[0].applications.shop: flow …". */
export const inConfig =
  (cluster: Cluster, at: Place) =>
  ([outer, ...inner]: Place): Place => {
    if (outer?.kind === "application" && outer.cluster === cluster.name)
      return within(placementPlace(at, outer.application), inner);
    return outer?.kind === "cluster"
      ? within(at, inner)
      : within(at, outer === undefined ? [] : [outer, ...inner]);
  };

/** A validation's place in the config: the override that it is about, else the application, else the cluster. */
export function declaredAt(
  changed: readonly DeclaredApplication[],
  placed: ReadonlyMap<string, unknown>,
  at: Place,
): (place: Place) => Place {
  const overrides = new Map(
    changed.map(({ name, overridden }) => [
      name,
      new Map((overridden?.places ?? []).map(({ subject, place }) => [subject, place])),
    ]),
  );
  return (place) => {
    const [outer, ...inner] = place;
    if (outer?.kind !== "application" || !placed.has(outer.application)) return within(at, place);
    const [first] = inner;
    const override =
      first?.kind === "subject" ? overrides.get(outer.application)?.get(first.subject) : undefined;
    return within(override ?? placementPlace(at, outer.application), inner);
  };
}

/** Takes the problems that something throws; `placed` says their places in the config. */
export function attempt<T>(
  problems: Problem[],
  task: () => T,
  placed = (place: Place): Place => place,
): T | undefined {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, place: placed(problem.place) })));
    return undefined;
  }
}
