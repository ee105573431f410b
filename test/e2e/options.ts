import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Options {
  /** Names of suites, with commas between them, or words of a test's title; undefined: everything. */
  readonly only: string | undefined;
  /** Stay up after the run, to look around. */
  readonly keep: boolean;
  /** Seed of the random worlds. */
  readonly seed: number;
  /** How many random worlds, where it isn't each suite's own number. */
  readonly worlds: number | undefined;
  /** The number of the only random world to run. */
  readonly world: number | undefined;
  /** Build and install the parts, and run nothing. */
  readonly prepare: boolean;
  /** How many suites run at a time, each in a sandbox of its own, where all of them run. */
  readonly lanes: number;
}

const usage = `npm run e2e -- [options]

  --only NAME    one suite (a file of test/e2e/suites) or several (NAME,NAME), or the tests whose title has these
                 words; where they need each other, the whole suite
  --keep         stay up afterwards; prints how to look around
  --prepare      build and install the parts only
  --lanes N      how many suites run at a time, each in a sandbox of its own (2; with --keep all run in one)
  --seed N       seed of the random worlds (20261122)
  --worlds N     how many random worlds (worlds, vpccni, ciliumWorlds: 200; opinions: 400)
  --world N      only this one of them
`;

/** @throws Error with the usage for a wrong command line */
export function parseOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        keep: { type: "boolean", default: false },
        prepare: { type: "boolean", default: false },
        seed: { type: "string", default: "20261122" },
        worlds: { type: "string" },
        world: { type: "string" },
        lanes: { type: "string", default: "2" },
      },
    });
    return {
      only: values.only,
      keep: values.keep,
      prepare: values.prepare,
      lanes: Math.max(1, wholeNumber("--lanes", values.lanes)),
      seed: wholeNumber("--seed", values.seed),
      worlds: values.worlds === undefined ? undefined : wholeNumber("--worlds", values.worlds),
      world: values.world === undefined ? undefined : wholeNumber("--world", values.world),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\n\n${usage}`, { cause: error });
  }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} ${text}: not a whole number`);
  return Number(text);
}
