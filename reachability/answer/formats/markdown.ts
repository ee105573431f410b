import type { UnitRelation } from "../../compute";
import { linesOf, wholePartyText, portsText } from "./lines";

/** A Markdown table, one row a connection. */
export function* markdownFormat(relation: UnitRelation): Generator<string> {
  yield "| From | To | Allowed | Unknown |\n| --- | --- | --- | --- |\n";
  for (const { from, to, allowed, unknown } of linesOf(relation)) {
    const cells = [
      code(wholePartyText(from)),
      code(wholePartyText(to)),
      allowed.isEmpty() ? "" : portsText(allowed),
      unknown.isEmpty() ? "" : portsText(unknown),
    ];
    yield `| ${cells.join(" | ")} |\n`;
  }
}

const code = (text: string): string => `\`${text.replaceAll("|", "\\|")}\``;
