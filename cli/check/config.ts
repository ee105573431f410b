// Tests: test/cli/check.test.ts
import { atSource, atSubject, type Problem, throwProblems, within } from "../../problems";
import { type PolicyConfig, readPackConfig } from "../../engine";
import { PACK_NAME, POLICIES, type PolicySetting, readConfig } from "../../policypack/index";
import { PolicyChoice } from "../policyChoice";
import type { PolicyFlags } from "../policyOptions";

/**
 * The policies' configuration, as the flags change it, from a file of the same shape as Pulumi's `--policy-pack-config`: policy (or `all`) → level, or
 * its properties with `enforcementLevel` among them.
 * @throws PalisadeInputError with every problem, in Pulumi's terms and the policies' own.
 */
export function readSettings(file: string | undefined, flags: PolicyFlags): Map<string, PolicySetting> {
  const choice = new PolicyChoice(flags, 1);
  const { config, problems } =
    file === undefined ? { config: new Map<string, PolicyConfig>(), problems: [] } : readPackConfig(file);
  const names = POLICIES.map(({ name }) => name);
  const found = [...config.keys()]
    .filter((name) => name !== "all" && !names.includes(name))
    .map((name): Problem => ({
      place: atSubject(name),
      message: `no such policy; there are ${names.join(", ")}`,
    }));
  for (const { name, config: schema } of POLICIES) {
    const read = readConfig(schema, config.get(name)?.properties ?? {});
    if (!read.ok) found.push(...read.problems.map((message) => ({ place: atSubject(name), message })));
  }
  const at = file === undefined ? [] : atSource(file);
  throwProblems([...problems, ...found].map((problem) => ({ ...problem, place: within(at, problem.place) })));
  const chosen = choice.apply(PACK_NAME, POLICIES, config);
  const all = chosen.get("all")?.level;
  return new Map(
    POLICIES.map(({ name }) => {
      const { level = all, properties = {} } = chosen.get(name) ?? {};
      return [name, { level, properties }];
    }),
  );
}
