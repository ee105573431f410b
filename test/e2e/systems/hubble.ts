import { strict as assert } from "node:assert";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { RecordLines, type RecordedConnection } from "../../../records";
import { delay, eventually } from "../machine/process";
import { type Cell, cellText, type End, observe, type Observed } from "../matrix/cells";
import type { Expectation } from "../matrix/compare";
import { spread } from "../matrix/watch";
import type { CiliumStage } from "./cilium";

/** A question's packets as a record names them. */
const packetKey = (from: string, to: string, protocol: string, port: number): string =>
  `${from} ${to} ${protocol.toLowerCase()} ${port}`;

/** What was asked, what packets did, and what Hubble's records of it say. */
export interface Recorded {
  readonly cell: Observed;
  readonly records: readonly RecordedConnection[];
}

/** What Hubble wrote while probes were sent, by node, with the probes beside. */
export class HubbleTrial {
  private constructor(
    /** The lines of those probes, a file for each node. */
    readonly files: readonly string[],
    readonly recorded: readonly Recorded[],
  ) {}

  /** Asks so many of a system's questions of a protocol, spread over all, and takes what Hubble writes of them. */
  static async run(on: CiliumStage, wanted: Cell["protocol"], howMany: number): Promise<HubbleTrial> {
    const { agents, stage } = on;
    const isNode = ({ name }: End): boolean => on.nodes.some((node) => node.name === name);
    const all = (await on.expectations()).filter(
      ({ cell: { from, to, protocol } }) => protocol === wanted && !isNode(from) && !isNode(to),
    );
    const questions = spread(all, howMany);
    const ask = (some: readonly Expectation[]) =>
      observe(
        stage.bench.prober,
        some.map(({ cell }) => cell),
        "silent",
        (_, i) => some[i]?.expected === "allowed",
      );
    const seen: Observed[] = [];
    const records = agents.record();
    await eventually("Hubble writes", async () => {
      await ask(questions.slice(0, 50));
      return records.every((file) => existsSync(file)) || undefined;
    });
    const written = records.map((): string[] => []);
    for (let from = 0; from < questions.length; from += PORTION) {
      const asked = questions.slice(from, from + PORTION);
      const whole = await wholly(records, () => ask(asked));
      seen.push(...whole.did);
      for (const [i, text] of whole.written.entries()) written[i]?.push(text);
    }
    const files = records.map((file, i) => {
      const own = `${file}.${wanted}`;
      writeFileSync(own, (written[i] ?? []).join(""));
      return own;
    });
    const asked = new Map(
      seen.map((cell) => [
        packetKey(cell.from.host.address, cell.to.host.address, cell.protocol, cell.port),
        { cell, records: [] as RecordedConnection[] },
      ]),
    );
    for (const line of written.flat().flatMap((text) => text.split("\n"))) {
      const reading = new RecordLines(undefined).read(line)?.reading;
      if (reading?.kind !== "connection") continue;
      const { from, to, protocol, port } = reading;
      asked.get(packetKey(from.address ?? "", to.address ?? "", protocol, port))?.records.push(reading);
    }
    return new HubbleTrial(files, [...asked.values()]);
  }

  /**
   * Probes whose records say something else than packets did, in words. A refused packet of UDP may be an answer, as far as Hubble says: that it
   * was denied isn't on record.
   */
  wrong(): readonly string[] {
    return this.recorded.flatMap(({ cell, records }) => {
      const outcomes = new Set(records.map(({ outcome }) => outcome));
      const isDenied = outcomes.has("denied") || cell.protocol === "udp";
      const isRight =
        cell.observed === "allowed"
          ? outcomes.has("passed") && !outcomes.has("denied")
          : isDenied && !outcomes.has("passed");
      return isRight ? [] : [`${cellText(cell)} is ${cell.observed}: ${[...outcomes].sort().join(", ")}`];
    });
  }
}

/** So many questions at a time: where events are lost, only these are asked again. */
const PORTION = 500;
const ATTEMPTS = 8;

/**
 * Does something until Hubble has told all of it: on a busy machine the agent's reader falls behind the kernel's ring of events, and Hubble
 * says that some are lost, not which.
 * @returns what each file was given of the attempt that is told whole
 */
async function wholly<Did>(files: readonly string[], act: () => Promise<Did>) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = files.map((file) => statSync(file).size);
    const did = await act();
    await settled(files);
    const written = files.map((file, i) => readFileSync(file).subarray(before[i]).toString());
    if (!written.some((text) => text.includes('"lost_events"'))) return { did, written };
  }
  throw new Error(`Hubble lost events in each of ${ATTEMPTS} attempts`);
}

/** Waits until nothing is written any more. */
async function settled(files: readonly string[]): Promise<void> {
  const size = (): number => files.reduce((sum, file) => sum + statSync(file).size, 0);
  for (let [last, quiet] = [size(), 0]; quiet < 4; quiet++) {
    await delay(500);
    const now = size();
    if (now !== last) quiet = 0;
    last = now;
  }
  assert.ok(size() > 0, "Hubble writes");
}
