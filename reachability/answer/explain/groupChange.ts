import type { Direction } from "../../../kubernetes";
import { formatCidr } from "../../../net";
import { addressesIn, type Analysis, type ReportedEnd, type Pass } from "../../compute";
import { guardsOf } from "../evidence";
import type { Question } from "../question";
import type { Change } from "./change";
import { outsideAddresses } from "./naming";

/** What to add to a security group of a side's end: in the one that fewest others carry. */
export function groupChange(
  analysis: Analysis,
  side: Direction,
  { from, to, protocol, port }: Question,
  closed: readonly number[],
  pass: Pass,
): readonly Change[] {
  const [own, other] = side === "egress" ? [from, to] : [to, from];
  const candidates = guardsOf(analysis, "groups", side)
    .filter(({ selected }) => closed.every((number) => selected.lower.has(number)))
    .map(({ text, selected }) => ({
      text,
      others: analysis.ends.filter(
        (end) => end.id !== own.id && end.classes.some((number) => selected.upper.has(number)),
      ),
    }))
    .sort((a, b) => a.others.length - b.others.length);
  const [best] = candidates;
  if (best === undefined) {
    return [{ kind: "none", side, reason: `no security group is known that all of ${own.id} carries` }];
  }
  const peer = peerText(analysis, other, pass);
  if (peer === undefined) {
    return [{ kind: "none", side, reason: `no security group and no address of ${other.id} is known` }];
  }
  const rule = `${protocol.toLowerCase()} ${port} ${side === "egress" ? "to" : "from"} ${peer}`;
  return [{ kind: "group", side, group: best.text, rule, also: best.others.map(({ id }) => id) }];
}

/** How a group's rule can point at an end: by a group that it carries, or by address. */
function peerText({ relation, world }: Analysis, end: ReportedEnd, pass: Pass): string | undefined {
  if (end.kind === "IPBlock") return outsideAddresses(end).toCidrs().map(formatCidr).join(", ");
  const carried = end.classes.map((number) => relation.classes.all[number]?.groups);
  const [first] = carried;
  const id = first?.ids?.find((one) => carried.every((groups) => groups?.ids?.includes(one) === true));
  if (id !== undefined) return `security group ${id}, which ${end.id} carries`;
  const guarded = world.groups?.guarded.find(({ kind, name }) => kind === end.kind && name === end.name);
  const addresses = guarded?.addresses && addressesIn(guarded.addresses, pass);
  return addresses?.toCidrs().map(formatCidr).join(", ");
}
