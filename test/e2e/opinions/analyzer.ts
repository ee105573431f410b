import { type Analysis, connection, verdictOf, type Verdict } from "../../../reachability/compute/analysis";
import type { ReportedEnd } from "../../../reachability/compute/ends";
import { outsideMeant } from "../../../reachability/answer/endFilter";
import type { WorldOptions } from "../../../reachability/read/readWorld";
import { analysisOfObjects, optionsOf } from "../../reachability/worlds";
import { endText, type OpinionEnd } from "./cells";
import type { Asked } from "./opinion";
import { type PlacedWorld, toldManifests } from "./placedWorld";

/** The product's analyzer on what it is told of a world. */
export class Analyzer {
  readonly analysis: Analysis;

  constructor(
    world: PlacedWorld,
    options: WorldOptions,
    readonly objects: readonly object[] = toldManifests(world),
  ) {
    this.analysis = analysisOfObjects(objects, { ...optionsOf(world.told), ...options });
  }

  /** Its verdicts on a pair: protocols in their order, in each the ports in theirs. */
  verdicts(from: OpinionEnd, to: OpinionEnd, { protocols, ports }: Asked): readonly Verdict[] {
    const found = connection(this.analysis, this.end(from), this.end(to));
    return protocols.flatMap((protocol) => ports.map((port) => verdictOf(found, protocol, port)));
  }

  /** @throws Error for an end that the analyzer doesn't have */
  end(end: OpinionEnd): ReportedEnd {
    const found =
      "address" in end
        ? outsideMeant(this.analysis.relation.classes.outside, end.address)?.[0]
        : this.analysis.ends.find(({ id }) => id === idOf(end));
    if (found === undefined) throw new Error(`the analyzer has no end ${endText(end)}`);
    return found;
  }
}

/** What the analyzer calls an end. */
export function idOf(end: OpinionEnd): string {
  if ("node" in end) return `${end.node}[Node]`;
  return "address" in end ? end.address : `${end.namespace}/${end.name}[Pod]`;
}
