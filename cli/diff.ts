// Tests: test/cli/reach/command.test.ts, test/cli/reach/diffSides.test.ts, test/cli/reach/altered.test.ts
import { atSource, inputError } from "../problems";
import {
  type Diff,
  diffJson,
  diffMarkdown,
  diffTxt,
  gainsAny,
  isUnknownAnywhere,
} from "../reachability/answer/diff";
import { alteredBy, type ClusterChange, partyIn } from "./diff/changes";
import { reasonsOf } from "./diff/reasons";
import { compare } from "./diff/compare";
import { isContext, sideOf } from "./diff/sides";
import { EXIT } from "./exit";
import { orInputErrors } from "./inputErrors";
import type { WorldFlags } from "./manifests/load";
import { print } from "./reach";

/** The formats of `palisade diff`. */
export const DIFF_FORMATS = ["txt", "md", "json"] as const;

/** The options of `palisade diff`, as commander parses them. */
export interface DiffFlags extends WorldFlags {
  readonly format?: (typeof DIFF_FORMATS)[number];
  readonly json?: boolean;
  readonly failOn?: "gained" | "unknown";
}

/**
 * Runs `palisade diff A B`: what is reachable in B and wasn't in A, and the reverse. Each is a file or folder, a saved
 * `reach --json`, `stack:NAME`, `context:NAME`, `git:REV:PATH`, or `git:REV` for the other side's path as it was then.
 */
export async function run(before: string, after: string, flags: DiffFlags): Promise<number> {
  const format = flags.json === true ? "json" : (flags.format ?? "txt");
  return orInputErrors(async () => {
    if (flags.kubeconfig !== undefined && ![before, after].some(isContext)) {
      throw inputError(atSource("--kubeconfig"), "no side is a cluster", "Write one as context:NAME");
    }
    const read = [await sideOf(before, [after], flags), await sideOf(after, [before], flags)] as const;
    const compared = compare(read, flags.representatives === false);
    const { result, warnings, notCompared } = compared;
    if (format === "json") print([diffJson(result, [...warnings, ...notCompared])]);
    else {
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      const isMarkdown = format === "md";
      print(isMarkdown ? diffMarkdown(result, notCompared) : diffTxt(result, notCompared));
      print(alteredTexts(alteredBy(compared), isMarkdown));
      print(reasonsOf(compared, isMarkdown));
    }
    return exitCode(flags, result, notCompared.length > 0);
  }, format === "json");
}

/** Each connection of which one port is gained and another lost, said as one change, with the policies behind it. */
function* alteredTexts(altered: readonly ClusterChange[], isMarkdown: boolean): Generator<string> {
  const all = altered.flatMap(({ cluster, lines }) =>
    lines.map(({ from, to, ...line }) => ({
      ...line,
      ends: [from, to].map((party) => partyIn(cluster, party)),
    })),
  );
  if (all.length === 0) return;
  if (isMarkdown)
    yield "\n**Changed**\n\n| From | To | Now | Before | Because |\n| --- | --- | --- | --- | --- |\n";
  for (const { ends, gained, lost, because } of all) {
    const reasons = because.join("; ");
    yield isMarkdown
      ? `| ${ends.map((end) => `\`${end}\``).join(" | ")} | ${gained} | ${lost} | ${reasons} |\n`
      : `~ ${ends.join(" => ")} : changed, ${gained} instead of ${lost}${reasons === "" ? "" : ` (${reasons})`}\n`;
  }
}

/** What isn't known to be the same counts as a gain. */
function exitCode({ failOn }: DiffFlags, result: Diff, mayDiffer: boolean): number {
  if (failOn === "gained" && (mayDiffer || gainsAny(result))) return EXIT.finding;
  return failOn === "unknown" && (mayDiffer || isUnknownAnywhere(result)) ? EXIT.undecided : EXIT.clean;
}
