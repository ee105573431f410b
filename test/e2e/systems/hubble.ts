import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { RecordLines, type RecordedConnection } from "../../../records";
import { delay } from "../machine/process";
import { type Cell, cellText, observe, type Observed } from "../matrix/cells";
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
    /** Connections that no probe asked for. */
    readonly others: readonly RecordedConnection[],
    /** Why lines say nothing of a connection, by how many. */
    readonly passedOver: ReadonlyMap<string, number>,
  ) {}

  /** Asks so many of a system's questions of a protocol, spread over all, and takes what Hubble writes of them. */
  static async run(
    { agents, stage }: CiliumStage,
    wanted: Cell["protocol"],
    howMany: number,
  ): Promise<HubbleTrial> {
    const before = agents.records.map((file) => readFileSync(file).length);
    const cells = stage.cells().filter(({ protocol }) => protocol === wanted);
    const seen = await observe(stage.bench.prober, spread(cells, howMany), "silent");
    await settled(agents.records);
    const files = agents.records.map((file, i) => {
      const own = `${file}.${wanted}`;
      writeFileSync(own, readFileSync(file).subarray(before[i]));
      return own;
    });
    const asked = new Map(
      seen.map((cell) => [
        packetKey(cell.from.host.address, cell.to.host.address, cell.protocol, cell.port),
        { cell, records: [] as RecordedConnection[] },
      ]),
    );
    const others: RecordedConnection[] = [];
    const passedOver = new Map<string, number>();
    for (const line of files.flatMap((file) => readFileSync(file, "utf8").split("\n"))) {
      const reading = new RecordLines(undefined).read(line)?.reading;
      if (reading === undefined) continue;
      if (reading.kind === "connection") {
        const { from, to, protocol, port } = reading;
        const found = asked.get(packetKey(from.address ?? "", to.address ?? "", protocol, port));
        if (found === undefined) others.push(reading);
        else found.records.push(reading);
        continue;
      }
      const why =
        reading.kind === "aside" ? reading.what : reading.kind === "bad" ? reading.message : reading.because;
      passedOver.set(`${reading.kind}: ${why}`, (passedOver.get(`${reading.kind}: ${why}`) ?? 0) + 1);
    }
    return new HubbleTrial(files, [...asked.values()], others, passedOver);
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

/** Waits until nothing is written any more. */
async function settled(files: readonly string[]): Promise<void> {
  const size = (): number => files.reduce((sum, file) => sum + readFileSync(file).length, 0);
  for (let [last, quiet] = [size(), 0]; quiet < 4; quiet++) {
    await delay(500);
    const now = size();
    if (now !== last) quiet = 0;
    last = now;
  }
  assert.ok(size() > 0, "Hubble writes");
}
