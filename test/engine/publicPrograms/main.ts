/**
 * Prints the table of public programs' shapes: program, verdict, exit code, what is judged and left out, and a sum. Exits with 1
 * where what is seen isn't what is expected.
 *
 *   npm run programs [-- TEXT]        only the programs whose name or shape has this text
 */
import { isDeepStrictEqual } from "node:util";
import { outcomesOf, wanted } from "./case";
import { PROGRAMS } from "./index";

const [text = ""] = process.argv.slice(2);
const chosen = PROGRAMS.filter(({ program, shape }) =>
  `${program} ${shape}`.toLowerCase().includes(text.toLowerCase()),
);
const width = Math.max(...chosen.map(({ program }) => program.length));

async function main(): Promise<void> {
  const outcomes = outcomesOf(chosen);
  let asMeant = 0;
  const exits = new Map<number, number>();
  for (const [index, one] of chosen.entries()) {
    const outcome = await outcomes[index];
    if (outcome === undefined) continue;
    const { says, ...seen } = outcome;
    const isAsMeant = isDeepStrictEqual(seen, wanted(one));
    if (isAsMeant) asMeant++;
    exits.set(seen.exit, (exits.get(seen.exit) ?? 0) + 1);
    const facts = [`${seen.verdict} (${seen.exit})`, `${seen.judged} judged`];
    if (seen.leftOut.length > 0) facts.push(`left out: ${seen.leftOut.join(", ")}`);
    const line = `${isAsMeant ? "  " : "! "}${one.program.padEnd(width)}  ${facts.join(", ")}\n`;
    process.stdout.write(
      isAsMeant ? line : `${line}    expected ${JSON.stringify(wanted(one))}\n    ${says.join("\n    ")}\n`,
    );
  }
  const byExit = [...exits].sort(([a], [b]) => a - b).map(([exit, count]) => `${count} exit ${exit}`);
  process.stdout.write(`\n${asMeant} of ${chosen.length} programs as meant: ${byExit.join(", ")}\n`);
  if (asMeant < chosen.length) process.exitCode = 1;
}

void main();
