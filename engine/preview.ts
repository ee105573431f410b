import { Answers } from "./answers";
import { inputError } from "../problems";
import { PackProcess } from "./pack";
import { Program } from "./program";
import { readStackConfig } from "./project";
import type * as Session from "./session";
import type { Preview, PreviewOptions } from "./session";

/**
 * Runs program and packs. Rejects with PalisadeInputError, naming every problem found, whenever there is no verdict: bad input, a
 * program that fails, something that needs a provider's code, a pack that fails.
 */
export async function preview(options: PreviewOptions): Promise<Preview> {
  const { project, output } = options;
  if (!hasSdk()) throw inputError([], NO_SDK);
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

const NO_SDK =
  "a preview needs Pulumi's SDK, which isn't installed beside palisade: npm install @pulumi/pulumi";

/** Whether the SDK's protocol can be loaded from here: a package that only reads manifests is installed without it. */
function hasSdk(): boolean {
  try {
    return require.resolve("@pulumi/pulumi/package.json") !== "";
  } catch {
    return false;
  }
}
