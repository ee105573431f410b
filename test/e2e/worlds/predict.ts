import { AddressSet } from "../../../net/addressSet";
import { analyze, ask, type Analysis } from "../../../reachability/analysis";
import type { End as ReachabilityEnd } from "../../../reachability/ends";
import { readWorld } from "../../../reachability/readWorld";
import { manifestsOf } from "../../twin/manifests";
import { connected } from "../../twin/twin";
import type { TwinEnd, TwinWorld } from "../../twin/world";
import { cellText, type Cell, type Verdict } from "../matrix/cells";
import type { WorldEnd } from "./stage";

export interface WorldCell extends Cell {
  readonly from: WorldEnd;
  readonly to: WorldEnd;
}

const protocols = { tcp: "TCP", udp: "UDP" } as const;

/** The product's analyzer on a world. */
export class Prediction {
  readonly #analysis: Analysis;

  constructor(world: TwinWorld) {
    const objects = manifestsOf(world).map((value, document) => ({
      value,
      source: { file: "world", document },
      path: [],
    }));
    this.#analysis = analyze(readWorld(objects).world);
  }

  /** @throws Error where the analyzer doesn't know: in these worlds everything is given */
  verdict(cell: WorldCell): Verdict {
    const [from, to] = [this.#end(cell.from.twin), this.#end(cell.to.twin)];
    const verdict = ask(this.#analysis, from, to, protocols[cell.protocol], cell.port);
    if (verdict === "unknown") throw new Error(`${cellText(cell)}: the analyzer answers unknown`);
    return verdict;
  }

  #end(end: TwinEnd): ReachabilityEnd {
    const found = this.#analysis.ends.find((each) =>
      "address" in end
        ? each.kind === "IPBlock" && AddressSet.of(each.name).containsAddress(end.address)
        : each.kind === "Pod" && each.namespace === end.namespace && each.name === end.name,
    );
    if (found === undefined) throw new Error(`the analyzer has no end ${JSON.stringify(end)}`);
    return found;
  }
}

/** The brute-force twin's word on a cell. @throws Error where it doesn't know */
export function twinVerdict(world: TwinWorld, cell: WorldCell): Verdict {
  const verdict = connected(world, cell.from.twin, cell.to.twin, protocols[cell.protocol], cell.port);
  if (verdict === "unknown") throw new Error(`${cellText(cell)}: the twin answers unknown`);
  return verdict;
}
