// Tests: test/cli/policyChoice.test.ts
import { type Command, Option } from "commander";
import type { Profile } from "../policypack/index";

/** Which policies judge, as the command line says it. */
export interface PolicyFlags {
  readonly policy?: readonly string[];
  readonly disable?: readonly string[];
  readonly profile?: Profile;
}

/** Written out: loading the policies takes longer than most commands. */
const PROFILES = ["strict", "baseline"] as const satisfies readonly Profile[];

/** Adds the options that choose policies. */
export function withPolicyOptions(command: Command): Command {
  return command
    .option("--policy <name>", "judge by this policy only; give it again for more", list)
    .option("--disable <name>", "leave this policy out; give it again for more", list)
    .addOption(
      new Option(
        "--profile <name>",
        "how much is demanded: strict, everything (the default); baseline, what may be demanded of strangers",
      ).choices(PROFILES),
    );
}

const list = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];
