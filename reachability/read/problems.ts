import type { Path, PlacePart, Problem } from "../../problems";

/** Where an object was read: a file (or stack) and its document there, counted from 1. */
export interface Source {
  readonly file: string;
  readonly document: number;
  /** Whether it is no document at all but an object of a cluster, which `file` names then: `document` only tells them apart. */
  readonly isLive?: true;
}

/** Where an object was read, for people: `a.yaml, document 2`, `context prod`. */
export const sourceText = ({ file, document, isLive }: Source): string =>
  isLive === true ? file : `${file}, document ${document}`;

/** A path in the making: a step below another place. Only a problem turns it into a Path, and most have none. */
export type FieldPlace = Path | { readonly above: FieldPlace; readonly step: string | number };

export const under = (above: FieldPlace, step: string | number): FieldPlace => ({ above, step });

export function pathOf(place: FieldPlace): Path {
  const steps: (string | number)[] = [];
  let at = place;
  while ("above" in at) {
    steps.push(at.step);
    at = at.above;
  }
  return [...at, ...steps.reverse()];
}

type Part<Kind extends PlacePart["kind"]> = Extract<PlacePart, { readonly kind: Kind }>;

/** What an API server would refuse of an object: its source, the object as people know it, and the field. */
export interface ObjectProblem extends Problem {
  readonly place: readonly [Part<"source">, Part<"subject">, ...Part<"path">[]];
}

/** @param subject the object, such as `NetworkPolicy shop/web`. */
export const objectProblem = (
  { file, document, isLive }: Source,
  subject: string,
  path: Path,
  message: string,
): ObjectProblem => ({
  place: [
    { kind: "source", source: file, document, ...(isLive === true ? { isLive } : {}) },
    { kind: "subject", subject },
    ...(path.length === 0 ? [] : [{ kind: "path", path } as const]),
  ],
  message,
});
