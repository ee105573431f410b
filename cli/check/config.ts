import { PreviewError, readPackConfig } from "../../engine";
import { POLICIES, type PolicySetting, readConfig } from "../../policypack/index";
import { BadInput } from "../manifests/load";

/**
 * The policies' configuration from a file of the same shape as Pulumi's `--policy-pack-config`: policy (or `all`) → level, or
 * its properties with `enforcementLevel` among them.
 * @throws BadInput with every problem, in Pulumi's terms and the policies' own.
 */
export function readSettings(file: string | undefined): Map<string, PolicySetting> {
  if (file === undefined) return new Map();
  const { config, problems } = attempt(() => readPackConfig(file));
  const names = POLICIES.map(({ name }) => name);
  const all = config.get("all")?.level;
  const found = [...config.keys()]
    .filter((name) => name !== "all" && !names.includes(name))
    .map((name) => `${name}: no such policy; there are ${names.join(", ")}`);
  const settings = POLICIES.map(({ name, config: schema }) => {
    const { level = all, properties = {} } = config.get(name) ?? {};
    const read = readConfig(schema, properties);
    if (!read.ok) found.push(...read.problems.map((problem) => `${name}: ${problem}`));
    return [name, { level, properties }] as const;
  });
  const every = [...problems, ...found];
  if (every.length > 0) throw new BadInput(every.map((problem) => `${file}: ${problem}`));
  return new Map(settings);
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof PreviewError)) throw error;
    throw new BadInput(error.problems);
  }
}
