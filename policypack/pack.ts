import type { z } from "zod";
import { EXEMPTION_EXPIRED, exemptionOf, keyOf, staleExemptions } from "./exemptions";
import { readFacts, type ResourceInput } from "./facts";
import { type Finding, messageOf } from "./finding";
import type { Context, Invariant, RawProperties } from "./invariant";
import { INVARIANT_POLICIES, SETTINGS } from "./policies";
import type { Level, Policy } from "./policy";
import { defaultConfig, readConfig } from "./policyConfig";
import { type Settings, settingsSchema } from "./settings";
import { reveal } from "./values";

/** What is configured for one policy. */
export interface PolicySetting {
  /** Undefined for the policy's own. */
  readonly level?: Level | undefined;
  readonly properties: object;
}

/** What one policy says: about a resource, or about the stack or the configuration where `urn` is undefined. */
export interface PolicyReport {
  readonly policy: Policy;
  readonly level: Extract<Level, "advisory" | "mandatory">;
  readonly urn: string | undefined;
  readonly message: string;
  /** What the message is made of; undefined where it is about the configuration. */
  readonly finding: Finding | undefined;
}

/** A policy's change of a resource before it is created. `properties`: all of them, as they are to be. */
export interface Remediation {
  readonly policy: Policy;
  readonly properties: RawProperties;
}

/** An invariant as it is configured. */
interface Enforced {
  readonly invariant: Invariant;
  readonly policy: Policy;
  readonly level: Exclude<Level, "disabled">;
  readonly config: z.output<z.ZodObject>;
}

/**
 * The policies as configured, and their judgments. Facts are read once for all policies; who asks (Pulumi's engine by the
 * analyzer protocol, a command on manifests) makes no difference to what is found.
 */
export class Pack {
  #settings: Settings = defaultConfig(settingsSchema);
  #enforced: readonly Enforced[] = [];
  #staleExemptions: Level = EXEMPTION_EXPIRED.level;
  /** Problems of the configuration that nobody was told yet. */
  #untold: PolicyReport[] = [];
  /** The exemptions that covered a violation since the last stack. */
  readonly #exempted = new Set<string>();

  /** `now` gives the time by which an exemption or an observation has run out or not. */
  constructor(private readonly now: () => Date = () => new Date()) {
    this.configure(new Map());
  }

  /**
   * Takes the policies' configuration, by name; what isn't given is the default. A wrong one is reported with the next
   * judgment, as mandatory whatever the policy's level, and the defaults hold: they exempt nothing and change nothing.
   */
  configure(given: ReadonlyMap<string, PolicySetting>): void {
    this.#untold = [];
    const levelOf = ({ name, level }: Policy): Level => given.get(name)?.level ?? level;
    const configOf = (policy: Policy) => this.#read(policy, given.get(policy.name)?.properties);
    this.#settings = defaultConfig(settingsSchema);
    if (levelOf(SETTINGS) !== "disabled") this.#settings = configOf(SETTINGS).config as Settings;
    this.#enforced = INVARIANT_POLICIES.flatMap(({ invariant, policy }) => {
      const level = levelOf(policy);
      if (level === "disabled") return [];
      const { ok, config } = configOf(policy);
      return [{ invariant, policy, config, level: ok ? level : "mandatory" }];
    });
    this.#staleExemptions = levelOf(EXEMPTION_EXPIRED);
  }

  #read(policy: Policy, properties: object | undefined): { ok: boolean; config: z.output<z.ZodObject> } {
    const config = readConfig(policy.config, properties);
    if (config.ok) return { ok: true, config: config.value };
    const problems = config.problems.map((problem) => `- ${problem}`).join("\n");
    const message = `The configuration of the policy ${policy.name} is wrong, so its defaults hold:\n${problems}`;
    this.#untold.push({ policy, level: "mandatory", urn: undefined, message, finding: undefined });
    return { ok: false, config: defaultConfig(policy.config) };
  }

  /** What the policies say about one resource, before it is created. */
  judgeResource(resource: ResourceInput): PolicyReport[] {
    const reports = this.#configurationProblems();
    const facts = readFacts(resource);
    if (facts.length === 0) return reports;
    const context = this.#context();
    for (const one of this.#enforced) {
      const { invariant, config } = one;
      if (invariant.scope !== "resource") continue;
      const findings = attempt(one, () => facts.flatMap((fact) => invariant.judge(fact, config, context)));
      reports.push(...this.#reports(one, findings));
    }
    return reports;
  }

  /** What they say about all of a stack's resources together, besides what each shows by itself. */
  judgeStack(resources: readonly ResourceInput[]): PolicyReport[] {
    const reports = this.#configurationProblems();
    const facts = resources.flatMap(readFacts);
    const context = this.#context(resources);
    for (const one of this.#enforced) {
      const { invariant, config } = one;
      const findings = attempt(one, () =>
        invariant.scope === "stack"
          ? invariant.judge(facts, config, context)
          : (invariant.judgeTogether?.(facts, config, context) ?? []),
      );
      reports.push(...this.#reports(one, findings));
    }
    return [...reports, ...this.#exemptionReports()];
  }

  /** Whether a policy may change resources. */
  get remediates(): boolean {
    return this.#enforced.some(({ level }) => level === "remediate");
  }

  /** What the policies that may put things right make of a resource, each of what the one before left. */
  remediate(resource: Omit<ResourceInput, "props">, raw: RawProperties): Remediation[] {
    let properties = raw;
    return this.#enforced.flatMap((one): Remediation[] => {
      const { invariant, policy, config, level } = one;
      if (level !== "remediate" || invariant.scope !== "resource") return [];
      const [fact] = readFacts({ ...resource, props: reveal(properties) });
      const changed = fact && attempt(one, () => invariant.remediate?.(fact, properties, config));
      if (changed === undefined) return [];
      properties = changed;
      return [{ policy, properties }];
    });
  }

  /** Reports of findings: violations at the policy's level, what isn't known yet as advice that never blocks. */
  #reports({ policy, level }: Enforced, findings: readonly Finding[]): PolicyReport[] {
    return findings.flatMap((finding): PolicyReport[] => {
      const report = { policy, urn: finding.urn, finding };
      switch (finding.kind) {
        case "violation": {
          const exemption = exemptionOf(policy.name, finding, this.#settings.exemptions, this.#today());
          if (exemption) this.#exempted.add(keyOf(exemption));
          const enforced = level === "remediate" ? "mandatory" : level;
          return exemption ? [] : [{ ...report, level: enforced, message: messageOf(finding) }];
        }
        case "undecided":
          return [{ ...report, level: "advisory", message: messageOf(finding) }];
      }
    });
  }

  /** What is wrong with the exemptions, now that every policy has said which of them it needed. */
  #exemptionReports(): PolicyReport[] {
    const level = this.#staleExemptions;
    if (level === "disabled") return [];
    const used = new Set(this.#exempted);
    this.#exempted.clear();
    return staleExemptions(this.#settings.exemptions, used, this.#today()).map((message) => ({
      policy: EXEMPTION_EXPIRED,
      level: level === "remediate" ? "mandatory" : level,
      urn: undefined,
      message,
      finding: undefined,
    }));
  }

  #configurationProblems(): PolicyReport[] {
    return this.#untold.splice(0);
  }

  #context(resources: readonly ResourceInput[] = []): Context {
    return { settings: this.#settings, today: this.#today(), resources };
  }

  #today(): string {
    return this.now().toISOString().slice(0, 10);
  }
}

/** Says which policy it was that threw: that is a mistake of ours, and its stack tells where. */
function attempt<T>({ policy }: Enforced, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`The policy ${policy.name} failed: ${told}`, { cause: error });
  }
}
