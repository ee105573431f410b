import { explain } from "../../../reachability/answer/explain";
import type { Change } from "../../../reachability/answer/explain/change";
import type { TwinPolicy } from "../../twin/world";
import { applied } from "../../reachability/answer/applied";
import { Random } from "../../twin/random";
import { Analyzer, idOf } from "./analyzer";
import { cellText, type OpinionCell, pairsOf } from "./cells";
import type { Asked, PairOpinion } from "./opinion";
import type { PlacedWorld } from "./placedWorld";

/** What `explain` proposes for a blocked connection, and the world with it applied. */
export interface Proposal {
  readonly cell: OpinionCell;
  readonly changes: readonly Change[];
  readonly after: PlacedWorld;
}

/** A few blocked connections of a world for which everything that is needed is proposed. */
export function proposalsFor(world: PlacedWorld, asked: Asked, seed: number, atMost: number): Proposal[] {
  const random = new Random(seed);
  const analyzer = new Analyzer(world, {});
  const pairs = [...pairsOf(world)].sort(() => random.next() - 0.5);
  const found: Proposal[] = [];
  for (const [from, to] of pairs) {
    if (found.length === atMost) break;
    const protocol = random.pick(asked.protocols);
    const port = random.pick(asked.ports);
    const question = { from: analyzer.end(from), to: analyzer.end(to), protocol, port };
    const { changes } = explain(analyzer.analysis, question);
    if (changes.length === 0 || changes.some(({ kind }) => kind === "none")) continue;
    found.push({ cell: { from, to, protocol, port }, changes, after: withChanges(world, changes) });
  }
  return found;
}

function withChanges(world: PlacedWorld, changes: readonly Change[]): PlacedWorld {
  const policies = world.running.networkPolicies.map((policy) => ({ kind: "NetworkPolicy", ...policy }));
  const networkPolicies = applied(policies, changes) as TwinPolicy[];
  return { ...world, running: { ...world.running, networkPolicies } };
}

/** What is wrong with a proposal, by the verdicts of another implementation before and after. */
export function mistakesOf(
  { cell, changes }: Proposal,
  { protocols, ports }: Asked,
  before: readonly PairOpinion[],
  after: readonly PairOpinion[],
): string[] {
  const also = changes.flatMap((change) => (change.kind === "none" ? [] : change.also));
  const named = (own: OpinionCell["from"], end: OpinionCell["from"]) =>
    idOf(own) === idOf(end) || also.includes(idOf(end)) || shares(own, end);
  const by = changes.map((change) => JSON.stringify(change)).join(" ");
  const mistakes: string[] = [];
  const note = (here: OpinionCell, what: string) =>
    mistakes.push(`${cellText(cell)}: ${cellText(here)} ${what}, by ${by}`);
  for (const [i, { from, to, verdicts }] of after.entries()) {
    for (const [k, now] of verdicts.entries()) {
      const protocol = protocols[Math.floor(k / ports.length)] ?? "TCP";
      const port = ports[k % ports.length] ?? 0;
      const here = { from, to, protocol, port };
      const was = before[i]?.verdicts[k];
      const same = protocol === cell.protocol && port === cell.port;
      if (was === "allowed" && now === "blocked") note(here, "is lost");
      if (was === "blocked" && now === "allowed" && !(same && named(cell.from, from) && named(cell.to, to)))
        note(here, "is opened and isn't listed");
      if (same && idOf(cell.from) === idOf(from) && idOf(cell.to) === idOf(to) && now === "blocked")
        note(here, "isn't opened");
    }
  }
  return mistakes;
}

/** Whether packets can't tell two ends apart: a node, and the pods in its network. */
const shares = ({ ips }: OpinionCell["from"], other: OpinionCell["from"]): boolean =>
  other.ips.some((ip) => ips.includes(ip));
