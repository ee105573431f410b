import { must } from "../machine/process";
import { type Protocol } from "../../../net/ports";
import type { Verdict } from "../matrix/cells";
import { type OpinionEnd, packetsOf, pairsOf } from "./cells";
import type { PlacedWorld } from "./placedWorld";
import { DOMAINS, stored } from "./stored";

/** What is asked about every pair of a world. */
export interface Asked {
  readonly protocols: readonly Protocol[];
  readonly ports: readonly number[];
}

/** The verdicts of another implementation on one pair: protocols in their order, in each the ports in theirs. */
export interface PairOpinion {
  readonly from: OpinionEnd;
  readonly to: OpinionEnd;
  readonly verdicts: readonly Verdict[];
}

/**
 * The verdicts of another implementation on every pair of some worlds.
 * @param program judges packets by that implementation's code (the Go programs beside this file)
 * @throws Error when it doesn't answer
 */
export async function opinionsOf(
  program: string,
  worlds: readonly PlacedWorld[],
  asked: Asked,
): Promise<readonly (readonly PairOpinion[])[]> {
  const pairs = worlds.map((world) =>
    pairsOf(world).map(([from, to]) => ({ from, to, packets: packetsOf(from, to) })),
  );
  const lines = worlds.map((world, i) =>
    JSON.stringify({
      ...stored(world),
      domains: DOMAINS,
      ...asked,
      packets: (pairs[i] ?? []).flatMap(({ packets }) => packets),
    }),
  );
  const answers = (await must(program, [], { input: `${lines.join("\n")}\n` })).trimEnd().split("\n");
  if (answers.length !== worlds.length)
    throw new Error(`${program} answered ${answers.length} of ${worlds.length} worlds`);
  return pairs.map((ofWorld, i) => {
    const { verdicts } = JSON.parse(answers[i] ?? "") as { verdicts: readonly string[] };
    let next = 0;
    return ofWorld.map(({ from, to, packets }) => {
      const each = packets.map(() => verdicts[next++] ?? "");
      return { from, to, verdicts: combined(each, asked) };
    });
  });
}

/** A pair is open where one family's packet passes, and closed where the two have none in common. */
function combined(each: readonly string[], { protocols, ports }: Asked): Verdict[] {
  return Array.from({ length: protocols.length * ports.length }, (_, i) =>
    each.some((verdicts) => verdicts[i] === "1") ? "allowed" : "blocked",
  );
}
