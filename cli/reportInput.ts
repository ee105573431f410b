// Tests: test/cli/htmlReport.test.ts
import type { DeclaredOnMap, Heading, Reported } from "../report";
import type { DiffSide } from "./diff/sides";
import type { Loaded, WorldFlags } from "./manifests/load";
import type { PolicyFlags } from "./policyOptions";

/** The options of `palisade report`, as commander parses them. */
export interface ReportFlags extends WorldFlags, PolicyFlags {
  /** The policies' configuration: manifests are judged where it, or a choice of policies, is given. */
  readonly config?: string;
  readonly out: string;
  /** What it is compared with: a revision, or a side as `palisade diff` takes it. */
  readonly diff?: string;
  /** Where to draw the change, or the map, as SVG. */
  readonly svg?: string;
  readonly failOn?: "unknown";
}

/** What a page is made of, wherever its worlds come from. */
export interface ReportInput {
  readonly title: string;
  readonly loaded: readonly Loaded[];
  /** The same as a side of a comparison: what `palisade diff` would read. */
  readonly side: () => Promise<DiffSide>;
  /** What is declared on a cluster, by its name; undefined where there is only one. A stack has some. */
  readonly declaredOn: (cluster: string | undefined) => {
    readonly flows: Reported["flows"];
    readonly access: Reported["access"];
    readonly quotas: Reported["quotas"];
    readonly map?: DeclaredOnMap;
  };
  /** The most important ones: what judged it says, and how what is declared compares with what is open. Neither of manifests. */
  readonly sentences: readonly [judged?: readonly string[], proven?: readonly string[]];
  readonly findings: Heading["findings"];
  readonly exemptions: Heading["exemptions"];
  readonly evidence: Pick<Heading, "controls" | "judged">;
  /** The folder whose commit it is as of. */
  readonly folder: string;
  /** What the policies say of all; absent where none judged. */
  readonly verdict?: string;
  /** Whether something that was judged couldn't be decided. */
  readonly isUndecided: boolean;
}
