// Tests: test/config/located.test.ts
import type { Place, Problem } from "../problems";
import { placeText, problemText } from "../problems";

/** Problems without those that follow from others: a key that is missing because it is misspelt; one cause, said for many flows. */
export const withoutConsequences = (problems: readonly Problem[]): readonly Problem[] =>
  onceForAllFlows(eachOnce(problems).filter((problem) => !isMisspelt(problem, problems)));

/** Each once: an application that is declared wrongly is that on every cluster. */
const eachOnce = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [problemText(problem), problem])).values(),
];

/** Whether a key is missing of which another problem says that a key beside it was probably meant to be it. */
function isMisspelt({ place, message }: Problem, problems: readonly Problem[]): boolean {
  const last = place.at(-1);
  if (message !== "is missing" || last?.kind !== "path") return false;
  const key = last.path.at(-1);
  const parent = placeText([...place.slice(0, -1), { kind: "path", path: last.path.slice(0, -1) }]);
  return problems.some((other) => {
    const beside = other.place.at(-1);
    return (
      beside?.kind === "path" &&
      other.remedy === `Did you mean ${JSON.stringify(key)}?` &&
      placeText([...other.place.slice(0, -1), { kind: "path", path: beside.path.slice(0, -1) }]) === parent
    );
  });
}

/** What is said alike of several flows in one place is said of the first, with how many more it is about. */
function onceForAllFlows(problems: readonly Problem[]): readonly Problem[] {
  const groups = new Map<string, Problem[]>();
  for (const problem of problems) {
    const { flow, outer } = flowOf(problem.place);
    const key = flow === undefined ? undefined : JSON.stringify([outer, problem.message, problem.remedy]);
    const group = key === undefined ? undefined : groups.get(key);
    if (group === undefined) groups.set(key ?? `${groups.size}`, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap(([first, ...others]): Problem[] => {
    if (first === undefined) return [];
    const { flow, outer } = flowOf(first.place);
    if (flow === undefined || others.length === 0) return [first];
    const more = `${others.length} more flow${others.length === 1 ? "" : "s"}`;
    return [{ ...first, place: [...outer, { kind: "subject", subject: `${flow}, and ${more}` }] }];
  });
}

/** The flow that a place ends in, and what it stands in. */
function flowOf(place: Place): { readonly flow: string | undefined; readonly outer: Place } {
  const last = place.at(-1);
  const flow = last?.kind === "subject" && last.subject.startsWith("flow ") ? last.subject : undefined;
  return { flow, outer: place.slice(0, -1) };
}
