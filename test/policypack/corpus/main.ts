/**
 * Prints what the policies find in the corpus, mandatory by the profile `baseline` or another, and how often each policy. Exits with 1 where baseline
 * finds what isn't right.
 *
 *   npm run corpus [-- strict]
 */
import { judged } from "./judged";
import { CORPUS } from "./index";

async function main(): Promise<void> {
  const profile = process.argv[2] === "strict" ? "strict" : "baseline";
  const counts = new Map<string, number>();
  let [clean, wrong] = [0, 0];
  for (const shape of CORPUS) {
    const { mandatory, undecided } = await judged(shape, profile);
    const right = shape.right ?? {};
    const isWrong = (one: string) => profile === "baseline" && !(one in right);
    if (mandatory.length + undecided.length === 0) clean++;
    else process.stdout.write(`${shape.name}\n`);
    for (const one of mandatory) {
      if (isWrong(one)) wrong++;
      process.stdout.write(
        `${isWrong(one) ? "! " : "  "}${one}${one in right ? `: ${right[one] ?? ""}` : ""}\n`,
      );
      const [policy = ""] = one.split(" ");
      counts.set(policy, (counts.get(policy) ?? 0) + 1);
    }
    for (const one of undecided) process.stdout.write(`? ${one}\n`);
  }
  const sums = [...counts].sort(([, a], [, b]) => b - a).map(([policy, count]) => `${policy} ${count}`);
  process.stdout.write(
    `\n${CORPUS.length} shapes under ${profile}: ${clean} without a finding; ${sums.join(", ")}; ${wrong} false alarms\n`,
  );
  if (wrong > 0) process.exitCode = 1;
}

void main();
