// Tests: test/cli/policyChoice.test.ts
import type { PolicyConfig } from "../engine";
import { levelIn, PACK_NAME, type Profile, SETTINGS } from "../policypack/index";
import { atSource, didYouMean, inputError, type Problem, quote, throwProblems } from "../problems";
import type { PolicyFlags } from "./policyOptions";

/** A policy as a pack tells of it. */
interface Told {
  readonly name: string;
  readonly level: NonNullable<PolicyConfig["level"]>;
}

type Config = ReadonlyMap<string, PolicyConfig>;

/** What the command line says of policies, told to each of some packs. */
export class PolicyChoice {
  readonly #names = new Set<string>();
  #untold: number;
  #takesProfile = false;

  /** @throws PalisadeInputError where a policy is both wanted and left out. */
  constructor(
    private readonly flags: PolicyFlags,
    packs: number,
  ) {
    this.#untold = packs;
    const { policy = [], disable = [] } = flags;
    const both = policy.filter((name) => disable.includes(name));
    throwProblems(
      both.map((name) => ({
        place: atSource("--disable"),
        message: `${quote(name)} is given by --policy, too`,
      })),
    );
  }

  /**
   * A pack's configuration as the flags change it.
   * @throws PalisadeInputError for names that no pack has, once the last one was told.
   */
  readonly apply = (pack: string, policies: readonly Told[], given: Config): Config => {
    policies.forEach(({ name }) => this.#names.add(name));
    const isOurs = pack === PACK_NAME;
    this.#takesProfile ||= isOurs;
    this.#untold--;
    if (this.#untold === 0) this.#throwUnknown();
    const profiled = isOurs ? this.#withProfile(given) : given;
    if (isOurs) throwProblems(contradictions(policies, profiled));
    return this.#chosen(policies, profiled, isOurs);
  };

  #throwUnknown(): void {
    const { policy = [], disable = [], profile } = this.flags;
    const unknown = (flag: string, names: readonly string[]): Problem[] =>
      names
        .filter((name) => !this.#names.has(name))
        .map((name) => ({
          place: atSource(flag),
          message: `there is no policy ${quote(name)}`,
          ...remedyFor(name, this.#names),
        }));
    throwProblems([...unknown("--policy", policy), ...unknown("--disable", disable)]);
    if (profile !== undefined && !this.#takesProfile)
      throw inputError(
        atSource("--profile"),
        `only the pack ${PACK_NAME} has profiles, and it doesn't judge here`,
      );
  }

  #withProfile(given: Config): Config {
    const { profile } = this.flags;
    return profile === undefined ? given : withSettings(given, { profile });
  }

  #chosen(policies: readonly Told[], given: Config, isOurs: boolean): Config {
    const { policy, disable = [] } = this.flags;
    const isOut = (name: string) =>
      disable.includes(name) ||
      (policy !== undefined && !policy.includes(name) && !(isOurs && name === SETTINGS.name));
    const all = given.get("all")?.level;
    const config = new Map(given);
    const raised: Record<string, string> = {};
    for (const { name, level } of policies) {
      const own = given.get(name);
      if (isOut(name)) config.set(name, { properties: own?.properties ?? {}, level: "disabled" });
      // Who asks for a policy gets it, also where the configuration or the profile leaves it out.
      else if (policy?.includes(name) === true) {
        const isOff = (own?.level ?? all) === "disabled";
        if (isOff) config.set(name, { properties: own?.properties ?? {}, level });
        if (isOff || (isOurs && levelIn(profileOf(given), { name, level: ownLevel(level) }) === "disabled"))
          raised[name] = level;
      }
    }
    if (!isOurs) return config;
    const levels = Object.entries(levelsOf(given)).filter(([name]) => !isOut(name));
    const isChanged = Object.keys(raised).length > 0 || levels.length < Object.keys(levelsOf(given)).length;
    return isChanged
      ? withSettings(config, { levels: { ...Object.fromEntries(levels), ...raised } })
      : config;
  }
}

const ownLevel = (level: Told["level"]) => (level === "advisory" ? level : "mandatory");

const settingsOf = (given: Config): Readonly<Record<string, unknown>> =>
  given.get(SETTINGS.name)?.properties ?? {};

const profileOf = (given: Config): Profile =>
  settingsOf(given)["profile"] === "baseline" ? "baseline" : "strict";

/** The levels that the settings give, so far as they can be read; the settings' own reader says what is wrong with them. */
function levelsOf(given: Config): Readonly<Record<string, unknown>> {
  const levels = settingsOf(given)["levels"];
  return typeof levels === "object" && levels !== null ? { ...levels } : {};
}

function withSettings(given: Config, properties: Readonly<Record<string, unknown>>): Config {
  const own = given.get(SETTINGS.name);
  return new Map(given).set(SETTINGS.name, {
    level: own?.level,
    properties: { ...own?.properties, ...properties },
  });
}

/**
 * Levels that are written and wouldn't hold: Pulumi's engine tells a pack the default level and the same level written out in one
 * way, so the profile would count over it there.
 */
function contradictions(policies: readonly Told[], given: Config): Problem[] {
  if (profileOf(given) === "strict") return [];
  return [...given].flatMap(([name, { level }]): Problem[] => {
    const own =
      policies.find((policy) => policy.name === name)?.level ?? (name === "all" ? "mandatory" : undefined);
    if (level === undefined || level !== own || name in levelsOf(given)) return [];
    const isLowered = name === "all" || levelIn("baseline", { name, level: ownLevel(own) }) !== own;
    if (!isLowered) return [];
    return [
      {
        place: [{ kind: "subject", subject: name }],
        message: `is ${level}, which the profile baseline can't tell from the default`,
        remedy:
          name === "all"
            ? "Use the profile strict, or write the policies' levels under settings.levels"
            : `Write it as settings.levels: { ${JSON.stringify(name)}: ${JSON.stringify(level)} }`,
      },
    ];
  });
}

function remedyFor(name: string, names: Iterable<string>): { remedy?: string } {
  return { remedy: didYouMean(name, names) ?? "palisade policies lists them" };
}
