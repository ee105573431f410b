import type { UnitRelation } from "../../compute";
import { linesOf, partyText, portsText, productTexts } from "../formats";
import type { Departure } from "./departures";

/** How many connections a sentence names, and up to how many it counts. */
const SHOWN = 3;
const COUNTED = 10_000;

/** One sentence for a plugin: how many answers would be otherwise there, and the first of them. */
export function departureText({ cni, closes, opens }: Departure): string {
  const parts = [
    partText(closes, "open by the policies' words and blocked, or not known, there"),
    partText(opens, "blocked by the policies' words and open, or not known, there"),
  ];
  return `on ${cni} ${parts.filter((part) => part !== "").join("; ")} (--cni ${cni} answers for it, explain says why)`;
}

function partText(relation: UnitRelation, what: string): string {
  const shown: string[] = [];
  let count = 0;
  for (const { from, to, allowed } of linesOf(relation)) {
    if (++count > COUNTED) break;
    if (count <= SHOWN) shown.push(`${partyText(from)} → ${partyText(to)} : ${portsText(allowed)}`);
  }
  if (count === 0) return "";
  const number = count > COUNTED ? `more than ${COUNTED}` : String(count);
  return `${number} ${count === 1 ? "answer is" : "answers are"} ${what}: ${shown.join(", ")}${count > SHOWN ? ", …" : ""}`;
}

/** The same as data: products like those of `allowed`. */
export function departuresJson(departures: readonly Departure[]): string {
  const list = (relation: UnitRelation) => `[${[...productTexts(relation, "allowed")].join(",")}]`;
  const one = ({ cni, closes, opens }: Departure) =>
    `{"cni":${JSON.stringify(cni)},"closes":${list(closes)},"opens":${list(opens)}}`;
  return `[${departures.map(one).join(",")}]`;
}
