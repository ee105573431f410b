/**
 * Prints the table of cases: id, what is expected, what is seen, and a sum. Exits with 1 where the two differ.
 *
 *   npm run cases [-- TEXT]        only the cases whose id, idea or source has this text
 */
import { type Case, seen } from "./case";
import { CASES } from "./index";

const [text = ""] = process.argv.slice(2);
const chosen = CASES.filter(({ id, idea, source }) =>
  [id, idea, source].some((part) => part.toLowerCase().includes(text.toLowerCase())),
);

const shown = (verdicts: readonly string[]) => (verdicts.length === 0 ? "silence" : verdicts.join(", "));
const judged = chosen.map((one) => ({
  one,
  expected: shown([...one.expected].sort()),
  seen: shown(seen(one)),
}));
const width = Math.max(...judged.map(({ one }) => one.id.length));
for (const { one, expected, seen: said } of judged) {
  const mark = expected === said ? "  " : "! ";
  process.stdout.write(
    `${mark}${one.id.padEnd(width)}  ${expected}${expected === said ? "" : `\n${" ".repeat(width + 4)}seen: ${said}`}\n`,
  );
}

const isBad = ({ expected }: Case) => expected.length > 0;
const asMeant = judged.filter(({ expected, seen: said }) => expected === said).map(({ one }) => one);
const of = (wanted: readonly Case[]) =>
  `${asMeant.filter((one) => wanted.includes(one)).length} of ${wanted.length}`;
const bad = chosen.filter(isBad);
const good = chosen.filter((one) => !isBad(one));
process.stdout.write(
  `\n${chosen.length} cases: ${of(bad)} bad ones caught as meant, ${of(good)} good ones silent\n`,
);
if (asMeant.length < chosen.length) process.exitCode = 1;
