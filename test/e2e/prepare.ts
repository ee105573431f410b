import { say } from "./machine/progress";
import { parseOptions } from "./options";
import { prepareParts } from "./parts/prepare";
import { choose } from "./selection";

/** Prepares the parts and prints where they are, as JSON; started by main.ts, which everything here ends with. */
prepareParts(choose(parseOptions(process.argv.slice(2)).only).suites).then(
  (prepared) => process.stdout.write(JSON.stringify(prepared)),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
