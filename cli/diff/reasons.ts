// Tests: test/cli/reach/altered.test.ts
import { append } from "../../data";
import { type ClusterChange, oneWayBy, oneWayCount, partyIn } from "./changes";
import type { Compared } from "./compare";

/** Finding what is behind a connection takes a moment: of so many connections it is told, of more it isn't. */
const MOST = 2000;

/** Of one reason, so many connections are named. */
const NAMED = 3;

/**
 * Which policies and groups are behind the connections that are only gained or only lost: a line, or a row, for each reason, that of the most
 * connections first.
 */
export function* reasonsOf(compared: Compared, isMarkdown: boolean): Generator<string> {
  if (oneWayCount(compared) > MOST) {
    const told = `More than ${MOST} connections: \`palisade explain\` names the policies behind each.`;
    yield isMarkdown ? `\n${told}\n` : `  ${told}\n`;
    return;
  }
  const byReason = grouped(oneWayBy(compared));
  if (byReason.length === 0) return;
  if (isMarkdown) yield "\n**Because**\n\n| Because | Connections |\n| --- | --- |\n";
  for (const [reason, connections] of byReason) {
    const named = connections.slice(0, NAMED).map((one) => (isMarkdown ? `\`${one}\`` : one));
    const rest = connections.length - named.length;
    const list = [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
    yield isMarkdown ? `| ${reason} | ${list} |\n` : `  ${reason}: ${list}\n`;
  }
}

function grouped(changes: readonly ClusterChange[]): readonly (readonly [string, readonly string[]])[] {
  const byReason = new Map<string, string[]>();
  for (const { cluster, lines } of changes) {
    for (const { from, to, gained, because } of lines) {
      const connection = `${gained === "" ? "-" : "+"} ${partyIn(cluster, from)} => ${partyIn(cluster, to)}`;
      const reason = because.join("; ");
      if (reason !== "") append(byReason, reason, connection);
    }
  }
  return [...byReason].sort(([a, many], [b, others]) => others.length - many.length || (a < b ? -1 : 1));
}
