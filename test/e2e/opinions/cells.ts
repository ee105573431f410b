import type { Protocol } from "../../../net/ports";
import type { TwinEnd } from "../../twin/world";
import { OUTSIDE, type PlacedWorld } from "./placedWorld";

/** An end of a question, with every address that it has. */
export type OpinionEnd = (TwinEnd | { readonly node: string }) & { readonly ips: readonly string[] };

/** One question. */
export interface OpinionCell {
  readonly from: OpinionEnd;
  readonly to: OpinionEnd;
  readonly protocol: Protocol;
  readonly port: number;
}

export function endText(end: OpinionEnd): string {
  if ("node" in end) return `node ${end.node}`;
  return "address" in end ? end.address : `${end.namespace}/${end.name}`;
}

export const cellText = ({ from, to, protocol, port }: OpinionCell): string =>
  `${endText(from)} → ${endText(to)} ${protocol} ${port}`;

const isOutside = (end: OpinionEnd): boolean => "address" in end;

/** Every end of a world: pods, nodes that the analyzer is told of, and a sample of addresses of the cluster's families. */
export function endsOf({ running, nodes, nodesTold }: PlacedWorld): readonly OpinionEnd[] {
  const families = ([4, 6] as const).filter((family) => nodes.some(({ ips }) => ips.some(isOf(family))));
  return [
    ...running.pods.map(({ namespace, name, ips = [] }) => ({ namespace, name, ips })),
    ...(nodesTold ? nodes.map(({ name, ips }) => ({ node: name, ips })) : []),
    ...families.flatMap((family) => OUTSIDE[family].map((address) => ({ address, ips: [address] }))),
  ];
}

export const isOf = (family: 4 | 6) => (address: string) => address.includes(":") === (family === 6);

/** Every ordered pair of ends that has something of the cluster in it, itself included. */
export function pairsOf(world: PlacedWorld): readonly (readonly [OpinionEnd, OpinionEnd])[] {
  const ends = endsOf(world);
  return ends.flatMap((from) =>
    ends.filter((to) => !(isOutside(from) && isOutside(to))).map((to) => [from, to] as const),
  );
}

/** The packets that two ends can exchange, source and destination: one for each family that both have. */
export function packetsOf(from: OpinionEnd, to: OpinionEnd): readonly (readonly [string, string])[] {
  return ([4, 6] as const).flatMap((family) => {
    const [source, destination] = [from.ips.find(isOf(family)), to.ips.find(isOf(family))];
    return source === undefined || destination === undefined ? [] : [[source, destination] as const];
  });
}
