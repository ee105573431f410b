// Tests: test/policypack/settings.test.ts, test/policypack/profiles.test.ts
import type { z } from "zod";
import { EXEMPTION_EXPIRED } from "./exemptions";
import type { Invariant } from "./invariant";
import { INVARIANT_POLICIES, POLICIES, SETTINGS, unknownPolicy } from "./policies";
import type { Policy } from "./policy";
import type { Level } from "./levels";
import { defaultConfig, readConfig } from "./policyConfig";
import { type PolicyReport, type PolicySetting, reportOf } from "./policyReport";
import { inBaseline, levelIn } from "./profiles";
import { type Settings, settingsSchema } from "./settings";
import { UNJUDGED } from "./unjudged";

/** An invariant as it is configured. */
export interface Enforced {
  readonly invariant: Invariant;
  readonly policy: Policy;
  readonly level: Exclude<Level, "disabled">;
  readonly config: z.output<z.ZodObject>;
}

/** What a pack is configured to do. */
export interface Configuration {
  readonly settings: Settings;
  readonly enforced: readonly Enforced[];
  /** Each policy's level, in the policies' order. */
  readonly levels: ReadonlyMap<Policy, Level>;
  /** The policies whose violations block, here or in another pack. */
  readonly blocking: ReadonlySet<string>;
  /** Undefined where another pack reports them. */
  readonly exemptionsLevel: Level | undefined;
  readonly unjudgedLevel: Level | undefined;
  /** What is wrong with what was given. */
  readonly problems: readonly PolicyReport[];
}

type Given = ReadonlyMap<string, PolicySetting>;
type Config = z.output<z.ZodObject>;

/**
 * Reads the policies' configuration, by name; what isn't given is the default. What is wrong is a report, mandatory whatever the
 * policy's level, and the defaults hold: they exempt nothing and change nothing.
 */
export function configured(given: Given): Configuration {
  const problems = [...given.keys()].flatMap(unknownName);
  const configOf = (policy: Policy): { ok: boolean; config: Config } => {
    const config = readConfig(policy.config, given.get(policy.name)?.properties);
    if (config.ok) return { ok: true, config: config.value };
    problems.push(wrongConfig(policy, config.problems));
    return { ok: false, config: defaultConfig(policy.config) };
  };
  const settings =
    given.get(SETTINGS.name)?.level === "disabled"
      ? defaultConfig(settingsSchema)
      : (configOf(SETTINGS).config as Settings);
  const profiled = new Map(
    POLICIES.map((policy) => [policy, profiledOf(policy, given.get(policy.name), settings, configOf)]),
  );
  const levelOf = (policy: Policy): Level => profiled.get(policy)?.level ?? policy.level;
  const isElsewhere = ({ name }: Policy): boolean => given.get(name)?.judgedElsewhere === true;
  const enforced = INVARIANT_POLICIES.flatMap(({ invariant, policy }): Enforced[] => {
    const { level, config } = profiled.get(policy) ?? { level: "disabled", config: {} };
    return level === "disabled" || isElsewhere(policy) ? [] : [{ invariant, policy, config, level }];
  });
  const blocking = [
    ...enforced.flatMap(({ policy, level }) => (level === "advisory" ? [] : [policy])),
    ...POLICIES.filter((policy) => isElsewhere(policy) && isBlockedElsewhere(policy, settings)),
  ];
  return {
    settings,
    enforced,
    levels: new Map(POLICIES.map((policy) => [policy, levelOf(policy)])),
    blocking: new Set(blocking.map(({ name }) => name)),
    exemptionsLevel: isElsewhere(EXEMPTION_EXPIRED) ? undefined : levelOf(EXEMPTION_EXPIRED),
    unjudgedLevel: isElsewhere(UNJUDGED) ? undefined : levelOf(UNJUDGED),
    problems,
  };
}

/** A policy's level and configuration: as given, where nothing is given as the profile has it. A wrong one is mandatory. */
function profiledOf(
  policy: Policy,
  given: PolicySetting | undefined,
  { profile, levels }: Settings,
  configOf: (policy: Policy) => { ok: boolean; config: Config },
): { readonly level: Level; readonly config: Config } {
  const fixed = levels[policy.name];
  const written = fixed ?? given?.level ?? policy.level;
  if (policy === SETTINGS) return { level: given?.level ?? policy.level, config: {} };
  if (written === "disabled" || given?.judgedElsewhere === true) return { level: written, config: {} };
  const { ok, config } = configOf(policy);
  if (!ok) return { level: "mandatory", config };
  const isOwn = fixed === undefined && written === policy.level;
  return profile === "baseline" && isOwn ? inBaseline(policy, config) : { level: written, config };
}

/** Another pack knows its level; what the profile only advises on blocks there neither. */
function isBlockedElsewhere(policy: Policy, { profile, levels }: Settings): boolean {
  const fixed = levels[policy.name];
  return fixed === undefined ? levelIn(profile, policy) === policy.level : fixed !== "advisory";
}

function wrongConfig(policy: Policy, problems: readonly string[]): PolicyReport {
  const listed = problems.map((problem) => `- ${problem}`).join("\n");
  const message = `The configuration of the policy ${policy.name} is wrong, so its defaults hold:\n${listed}`;
  return reportOf(policy, "mandatory", message);
}

/** An engine hands on what a configuration says of a policy that isn't there, and of `all` beside what it makes of that. */
function unknownName(name: string): PolicyReport[] {
  if (name === "all" || POLICIES.some((policy) => policy.name === name)) return [];
  return [reportOf(SETTINGS, "mandatory", `The configuration is wrong: ${unknownPolicy(name)}`)];
}
