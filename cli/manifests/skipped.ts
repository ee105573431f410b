// Tests: test/cli/manifests/repository.test.ts
/** Why something of the input was not read. */
export type SkipCause =
  | "template"
  | "encrypted"
  | "broken"
  | "refused"
  | "conflict"
  | "kustomization"
  | "chart"
  | "forbidden"
  | "left out";

/** A file, document or folder that the answer leaves out, and which may hold what would change it. */
export interface Skipped {
  readonly cause: SkipCause;
  /** Where it is, with its line where one is known. */
  readonly file: string;
  /** What is wrong with it. */
  readonly reason: string;
  /** Whether its kind, which can be read, changes no answer. */
  readonly harmless?: true;
}

/** Whether what was left out may change the answer. */
export const hidesSomething = (skipped: readonly Skipped[]): boolean =>
  skipped.some(({ harmless }) => harmless !== true);

const HEADS: Readonly<Record<SkipCause, string>> = {
  template: "templates were skipped",
  encrypted: "encrypted files were skipped",
  broken: "files that aren't YAML or JSON were skipped",
  refused: "objects that an API server would refuse were skipped, and what they may change is unknown",
  conflict: "objects that differ under one name were taken for either, and what they decide is unknown",
  kustomization: "kustomizations were not built, so this isn't what is deployed",
  forbidden:
    "kinds of the cluster that can't be listed were left out, and what their objects may change is unknown",
  "left out": "parts of the plan couldn't be run here, and what they would make is unknown",
  chart: "Helm charts were not rendered, so this isn't what is deployed",
};

/** Examples of a cause that are printed unless all are asked for. */
const FEW = 3;

/** One line for each cause: how many, and the first few, or all. */
export function skippedTexts(skipped: readonly Skipped[], all: boolean): string[] {
  const causes = [...new Set(skipped.map(({ cause }) => cause))];
  return causes.map((cause) => {
    const own = skipped.filter((one) => one.cause === cause);
    const texts = own.map(({ file, reason }) => (reason === "" ? file : `${file}: ${reason}`));
    const shown = all ? texts : texts.slice(0, FEW);
    const more = texts.length > shown.length ? "; … --verbose lists all" : "";
    return `${HEADS[cause]} (${own.length}: ${shown.join("; ")}${more})`;
  });
}
