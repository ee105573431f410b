import { type PortSet, PROTOCOLS } from "../../../net";
import type { UnitRelation } from "../../compute";
import { type Party, linesOf, rangeTexts } from "./lines";

/** RFC 4180 with a header: one row a connection and protocol; addresses outside are ranges, joined by spaces. */
export function* csvFormat(relation: UnitRelation): Generator<string> {
  yield "from,to,protocol,ports,verdict\n";
  for (const { from, to, allowed, unknown } of linesOf(relation)) {
    const row = (ports: PortSet, verdict: string) =>
      PROTOCOLS.map((protocol) => [protocol, ports.portsOf(protocol)] as const)
        .filter(([, text]) => text !== "")
        .map(
          ([protocol, text]) => `${[name(from), name(to), protocol, text, verdict].map(field).join(",")}\n`,
        );
    yield* row(allowed, "allowed");
    yield* row(unknown, "unknown");
  }
}

const name = (party: Party): string =>
  party.kind === "end" ? party.end.id : rangeTexts(party.addresses).join(" ");

/** Quoted where a comma, a quote or a line break would end the field. */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
