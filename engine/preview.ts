import { Answers } from "./answers";
import type { Resource } from "./monitor/resources";
import type { LogEntry } from "./monitor/server";
import type { Finding, Remediation } from "./pack/findings";
import { PackProcess, type PackSource } from "./pack/process";
import { Program } from "./program/program";
import { readStackConfig } from "./project/config";
import type * as Session from "./session";
import type { Project } from "./project/project";
import type { ValueMap } from "./values";

export interface PreviewOptions {
  readonly project: Project;
  readonly stack: string;
  /** The policy packs, or what finds them, and builds them if need be, while the program's process gets ready. */
  readonly packs: readonly PackSource[] | (() => Promise<readonly PackSource[]>);
  /** The file of recorded answers; it need not exist. */
  readonly answersFile: string;
  /** What the user can do to get a missing answer, as a clause. */
  readonly answerRemedy: string;
  /** What program and packs print, as it comes. */
  readonly output: (text: string) => void;
  /** Called with the plan when the program is done, while the policies still judge it: there is time for other work. */
  readonly planned?: (resources: readonly Resource[]) => void;
  /** Called at the end of each phase. */
  readonly phase?: (name: string) => void;
  /** Stops everything when aborted. */
  readonly signal?: AbortSignal;
}

/** A preview that came to its end: the plan and what the policies say about it. */
export interface Preview {
  readonly project: string;
  readonly stack: string;
  /** In the order of registration; read resources included, default providers too. */
  readonly resources: readonly Resource[];
  /** Of resource policies in the order of their resources, then of stack policies. */
  readonly findings: readonly Finding[];
  readonly remediations: readonly Remediation[];
  /** The stack's outputs. */
  readonly outputs: ValueMap;
  readonly logs: readonly LogEntry[];
  /** The policy packs that judged: those with a policy that isn't disabled. */
  readonly packs: readonly string[];
  /** The policies that config switches off. */
  readonly disabled: readonly string[];
}

/**
 * Runs program and packs. Rejects with PreviewError, naming every problem found, whenever there is no verdict: bad input, a
 * program that fails, something that needs a provider's code, a pack that fails.
 */
export async function preview(options: PreviewOptions): Promise<Preview> {
  const { project, output } = options;
  const config = readStackConfig(project, options.stack);
  const answers = Answers.read(options.answersFile);
  const phase = options.phase ?? (() => undefined);
  // The processes take longest to get ready: they start before this one loads its half of the protocol.
  const program = new Program(project, output);
  const packs: PackProcess[] = [];
  const stop = (): void => [program, ...packs].forEach((part) => part.stop());
  options.signal?.addEventListener("abort", stop);
  try {
    const sources = typeof options.packs === "function" ? await options.packs() : options.packs;
    packs.push(...sources.map((source) => new PackProcess(source, project, config, output)));
    phase("start");
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- late on purpose, see above
    const { runSession } = require("./session") as typeof Session;
    phase("load");
    const made = await runSession({ options, config, answers, program, packs, phase });
    packs.forEach((pack) => pack.release());
    return made;
  } catch (error) {
    stop();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}
