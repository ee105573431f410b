/** Where an object was read: a file (or stack) and its document there, counted from 1. */
export interface Source {
  readonly file: string;
  readonly document: number;
}

/** The way from a document's root to a field. */
export type Path = readonly (string | number)[];

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

/** One thing wrong with the input. `where` is the object as people know it, such as `NetworkPolicy shop/web`. */
export interface Problem {
  readonly source: Source;
  readonly where: string;
  readonly path: Path;
  readonly message: string;
}

/** `spec.ingress[0].from[1].ipBlock.cidr` */
export function pathText(path: Path): string {
  return path
    .map((step, i) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z]\w*$/.test(step)) return `["${step}"]`;
      return i === 0 ? step : `.${step}`;
    })
    .join("");
}

/** A problem in one line, without its line number: `a.yaml, document 2: NetworkPolicy shop/web: spec.x: …` */
export function problemText({ source, where, path, message }: Problem): string {
  const field = path.length === 0 ? "" : ` ${pathText(path)}:`;
  return `${source.file}, document ${source.document}: ${where}:${field} ${message}`;
}
