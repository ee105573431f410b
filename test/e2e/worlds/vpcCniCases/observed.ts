import { bench } from "../../bench/bench";
import type { End } from "../../matrix/cells";
import { observe } from "../../matrix/cells";
import type { TwinWorld } from "../../../twin/world";
import type { WorldCell } from "../predict";
import { listeners, namespaces } from "../randomWorld";
import { vpcCniPods, type VpcCniWorldStage } from "../vpcCniStage";
import { namespaceLabels, podLabels, type VpcCniCase } from "./case";
import { behind, clusterIP, forwarded } from "./services";

/** The world of a case: its policies on pods whose labels are always the same. */
export const caseWorld = ({ policies }: VpcCniCase): TwinWorld => ({
  namespaces: namespaces.map((name) => ({ name, labels: namespaceLabels[name] ?? {} })),
  pods: vpcCniPods.map((pod, i) => ({ ...pod, labels: podLabels[i % 3] ?? {} })),
  networkPolicies: policies,
});

/** The cells that a case is about: from everybody to its target, then from its target to everybody. */
export function caseCells(stage: VpcCniWorldStage, { target = "w-a/p0" }: VpcCniCase): readonly WorldCell[] {
  const cells = stage.cells();
  return [
    ...cells.filter(({ to }) => to.name === target),
    ...cells.filter(({ from }) => from.name === target),
  ];
}

/** A case's target to the Service's address; none where the case has no Service. */
function serviceCells(stage: VpcCniWorldStage, { target = "w-a/p0", services }: VpcCniCase) {
  const pod = stage.end(behind);
  const to: End = { name: service, answer: pod.answer, host: { ...pod.host, address: clusterIP } };
  const ports = services === undefined ? [] : forwarded.map(([port]) => port);
  return ports.map((port) => ({ from: stage.end(target), to, protocol: "tcp" as const, port }));
}

/**
 * What packets do in a case, in the words of its `open`. Where that isn't what the case says, it looks again: an open port may be slow
 * on a machine that is busy, a closed one never opens.
 */
export async function observeCase(stage: VpcCniWorldStage, one: VpcCniCase): Promise<readonly string[]> {
  await stage.show(caseWorld(one), one.services);
  const cells = [...caseCells(stage, one), ...serviceCells(stage, one)];
  bench().count("VPC CNI cells compared", cells.length);
  const { name } = stage.end(one.target ?? "w-a/p0");
  const open = new Set<number>();
  for (let look = 0; look < 3; look++) {
    const seen = await observe(bench().prober, cells, "silent");
    for (const [i, { observed }] of seen.entries()) if (observed === "allowed") open.add(i);
    const said = openLines(name, cells, (_, i) => open.has(i));
    if (said.join() === one.open.join() || look === 2) return said;
  }
  return [];
}

const allPorts = listeners.map(({ protocol, port }) => `${protocol}/${port}`).join(" ");
const service = "the Service";

/** What is open at a target and from it: "in w-a/p1 w-a/p2: tcp/80 udp/53"; everybody and every port by these words. */
export function openLines<Cell extends { from: End; to: End; protocol: string; port: number }>(
  target: string,
  cells: readonly Cell[],
  isOpen: (cell: Cell, i: number) => boolean,
): readonly string[] {
  const peers = new Map<string, { direction: string; peer: string; ports: string[] }>();
  for (const [i, cell] of cells.entries()) {
    const [direction, { name: peer }] =
      cell.to.name === target ? (["in", cell.from] as const) : (["out", cell.to] as const);
    const found = peers.get(`${direction} ${peer}`) ?? { direction, peer, ports: [] };
    if (isOpen(cell, i)) found.ports.push(`${cell.protocol}/${cell.port}`);
    peers.set(`${direction} ${peer}`, found);
  }
  const all = [...peers.values()];
  const alike = new Map<string, string[]>();
  for (const { direction, peer, ports } of all.filter((each) => each.ports.length > 0)) {
    const text = ports.join(" ") === allPorts ? "every port" : ports.join(" ");
    const key = `${direction}|${peer === service ? service : ""}|${text}`;
    alike.set(key, [...(alike.get(key) ?? []), peer]);
  }
  return [...alike].map(([key, who]) => {
    const [direction = "", , text = ""] = key.split("|");
    const asked = all.filter((each) => each.direction === direction && each.peer !== service);
    return `${direction} ${who.length === asked.length ? "everybody" : who.join(" ")}: ${text}`;
  });
}
