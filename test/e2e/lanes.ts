import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/**
 * Does jobs in their order, a few at a time: whoever has done one takes the next.
 * @returns what each job gave, in the jobs' order
 */
export async function inLanes<Job, Given>(
  jobs: readonly Job[],
  lanes: number,
  work: (job: Job) => Promise<Given>,
): Promise<readonly Given[]> {
  const given = new Array<Given>(jobs.length);
  const left = jobs.entries();
  const lane = async (): Promise<void> => {
    for (const [i, job] of left) given[i] = await work(job);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return given;
}

/**
 * Copies a stream line by line without empty ones, each with the name of who said it, so that two may speak at once; with its colours only on a terminal.
 * Resolves at its end.
 */
export async function copyNamed(
  from: Readable,
  name: string,
  to: Writable & { readonly isTTY?: boolean },
): Promise<void> {
  for await (const line of createInterface({ input: from, crlfDelay: Infinity }))
    if (line !== "") to.write(`${name} | ${to.isTTY === true ? line : stripVTControlCharacters(line)}\n`);
}
