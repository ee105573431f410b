import { connected } from "../../twin/twin";
import type { TwinEnd, TwinWorld } from "../../twin/world";
import { cellText, type Cell, type Verdict } from "../matrix/cells";
import type { WorldEnd } from "./stage";

export interface WorldCell extends Cell {
  readonly from: WorldEnd;
  readonly to: WorldEnd;
}

const protocols = { tcp: "TCP", udp: "UDP" } as const;

/** A cell as the models of controllers ask it. */
export const questionOf = ({ from, to, protocol, port }: WorldCell) => ({
  ...{ from: from.host.address, to: to.host.address, port },
  protocol: protocols[protocol],
});

/** The brute-force twin's word on a cell. @throws Error where it doesn't know */
export function twinVerdict(world: TwinWorld, cell: WorldCell): Verdict {
  const twin = (end: WorldEnd): TwinEnd => end.known;
  const verdict = connected(world, twin(cell.from), twin(cell.to), protocols[cell.protocol], cell.port);
  if (verdict === "unknown") throw new Error(`${cellText(cell)}: the twin answers unknown`);
  return verdict;
}
