import type { Cluster } from "../compile";
import { type DeclaredApplication, PalisadeInputError, type Problem } from "../flows";
import { placeOf } from "./configIssues";
import type { PlacedApplication } from "./stack";

/** A compiler's subject as its place in the config: "shop on lab: flow …" is "clusters[0].applications.shop: flow …". */
export const inPlaces =
  (placed: readonly PlacedApplication[], cluster: Cluster, at: string) =>
  (subject: string): string => {
    for (const { application } of placed) {
      const begin = `${application.name} on ${cluster.name}: `;
      if (!subject.startsWith(begin)) continue;
      return `${placeOf(`${at}.applications`, [application.name])}: ${subject.slice(begin.length)}`;
    }
    return `${at}: ${subject}`;
  };

/** A validation's subject with its place: the override that it is about, else the application, else the cluster. */
export function declaredAt(
  changed: readonly DeclaredApplication[],
  placed: ReadonlyMap<string, unknown>,
  at: string,
): (subject: string) => string {
  const places = changed.flatMap(({ name, overridden }): [string, string][] => {
    if (!placed.has(name)) return [];
    const overrides = (overridden?.places ?? []).map(({ subject, place }): [string, string] => [
      `${name}: ${subject}`,
      `${place}: ${subject}`,
    ]);
    return [...overrides, [`${name}: `, `${placeOf(`${at}.applications`, [name])}: `]];
  });
  return (subject) => {
    const [begin, place] = places.find(([text]) => subject.startsWith(text)) ?? ["", `${at}: `];
    return `${place}${subject.slice(begin.length)}`;
  };
}

/** Takes the problems that something throws; `placed` says their subjects as places in the config. */
export function attempt<T>(
  problems: Problem[],
  task: () => T,
  placed = (subject: string): string => subject,
): T | undefined {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    problems.push(...error.problems.map((problem) => ({ ...problem, subject: placed(problem.subject) })));
    return undefined;
  }
}
