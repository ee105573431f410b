import { type CodeExemptions, codeExemptions, type ExemptionProblem } from "./codeExemptions";
import { type Configuration, configured, type Enforced } from "./configuration";
import { exemptionReports } from "./exemptionReports";
import { exemptionOf, keyOf } from "./exemptions";
import { readFacts, type ResourceInput } from "./facts";
import { type Finding, messageOf, namespaceIn } from "./finding";
import type { Context, RawProperties } from "./invariant";
import { POLICIES, SETTINGS } from "./policies";
import type { Policy } from "./policy";
import type { Level, Profile } from "./levels";
import { enforcedLevel, type PolicyReport, type PolicySetting, reportOf } from "./policyReport";
import { levelIn } from "./profiles";
import { UNJUDGED, unjudgedKinds, unjudgedText } from "./unjudged";
import { reveal } from "./values";

/** A policy's change of a resource before it is created. `properties`: all of them, as they are to be. */
export interface Remediation {
  readonly policy: Policy;
  readonly properties: RawProperties;
}

/**
 * The policies as configured, and their judgments. Facts are read once for all policies; who asks (Pulumi's engine by the
 * analyzer protocol, a command on manifests) makes no difference to what is found.
 */
export class Pack {
  #configuration: Configuration = configured(new Map());
  /** Problems of the configuration that nobody was told yet. */
  #untold: PolicyReport[] = [];
  /** How many violations each exemption covered since the last stack. */
  readonly #exempted = new Map<string, number>();

  /** `now` gives the time by which an exemption or an observation has run out or not. */
  constructor(private readonly now: () => Date = () => new Date()) {}

  /**
   * Takes the policies' configuration, by name; what isn't given is the default. A wrong one is reported with the next
   * judgment, as mandatory whatever the policy's level, and the defaults hold: they exempt nothing and change nothing.
   */
  configure(given: ReadonlyMap<string, PolicySetting>): void {
    this.#configuration = configured(given);
    this.#untold = [...this.#configuration.problems];
  }

  /** Each policy's level as it is configured, in the policies' order. */
  get levels(): ReadonlyMap<Policy, Level> {
    return this.#configuration.levels;
  }

  /** Whether the settings give a policy its level, whatever else does. */
  isLevelSet({ name }: Policy): boolean {
    return this.#configuration.settings.levels[name] !== undefined;
  }

  /** Which profile gives the levels that nothing else gives. */
  get profile(): Profile {
    return this.#configuration.settings.profile;
  }

  /** What is wrong with exemptions that stand in code beside some resources. */
  exemptionProblems(resources: readonly ResourceInput[]): readonly ExemptionProblem[] {
    return this.#inCode(resources).problems;
  }

  /** What the policies say about one resource, before it is created. */
  judgeResource(resource: ResourceInput): PolicyReport[] {
    const reports = this.#configurationProblems();
    const facts = readFacts(resource);
    if (facts.length === 0) return reports;
    const inCode = this.#inCode([resource]);
    const context = this.#context(inCode);
    for (const one of this.#configuration.enforced) {
      const { invariant, config } = one;
      if (invariant.scope !== "resource") continue;
      const findings = attempt(one, () => facts.flatMap((fact) => invariant.judge(fact, config, context)));
      reports.push(...this.#reports(one, findings, inCode));
    }
    return reports;
  }

  /** What they say about all of a stack's resources together, besides what each shows by itself. */
  judgeStack(resources: readonly ResourceInput[]): PolicyReport[] {
    const reports = this.#configurationProblems();
    const facts = resources.flatMap(readFacts);
    const inCode = this.#inCode(resources);
    const context = this.#context(inCode, resources);
    for (const one of this.#configuration.enforced) {
      const { invariant, config } = one;
      const findings = attempt(one, () =>
        invariant.scope === "stack"
          ? invariant.judge(facts, config, context)
          : (invariant.judgeTogether?.(facts, config, context) ?? []),
      );
      reports.push(...this.#reports(one, findings, inCode));
    }
    return [
      ...reports,
      ...this.#exemptionReports(inCode),
      ...this.#unjudgedReport(resources),
      ...this.#profileReport(),
    ];
  }

  /** Whether a policy may change resources. */
  get remediates(): boolean {
    return this.#configuration.enforced.some(({ level }) => level === "remediate");
  }

  /** What the policies that may put things right make of a resource, each of what the one before left. */
  remediate(resource: Omit<ResourceInput, "props">, raw: RawProperties): Remediation[] {
    let properties = raw;
    return this.#configuration.enforced.flatMap((one): Remediation[] => {
      const { invariant, policy, config, level } = one;
      if (level !== "remediate" || invariant.scope !== "resource") return [];
      const [fact] = readFacts({ ...resource, props: reveal(properties) });
      const changed = fact && attempt(one, () => invariant.remediate?.(fact, properties, config));
      if (changed === undefined) return [];
      properties = changed;
      return [{ policy, properties }];
    });
  }

  /** Reports of findings: violations at the policy's level, what isn't known yet or isn't held to it as advice that never blocks. */
  #reports(
    { policy, level }: Enforced,
    findings: readonly Finding[],
    { exemptions }: CodeExemptions,
  ): PolicyReport[] {
    const all = [...this.#configuration.settings.exemptions, ...exemptions];
    return findings.flatMap((finding): PolicyReport[] => {
      const report = { policy, urn: finding.urn, finding };
      if (finding.kind !== "violation")
        return [{ ...report, level: "advisory", message: messageOf(finding) }];
      const exemption = exemptionOf(policy.name, finding, all, this.#today());
      if (exemption === undefined)
        return [{ ...report, level: enforcedLevel(level), message: messageOf(finding) }];
      const key = keyOf(exemption);
      this.#exempted.set(key, (this.#exempted.get(key) ?? 0) + 1);
      return [];
    });
  }

  /** What is to be said of the exemptions, now that every policy has said which of them it needed. */
  #exemptionReports(inCode: CodeExemptions): PolicyReport[] {
    const { settings, levels, exemptionsLevel } = this.#configuration;
    if (exemptionsLevel === undefined) return [];
    const used = new Map(this.#exempted);
    this.#exempted.clear();
    const isOff = (name: string) =>
      [...levels].some(([policy, level]) => policy.name === name && level === "disabled");
    return exemptionReports({ settings, inCode, used, isOff, level: exemptionsLevel, today: this.#today() });
  }

  /** One line for all resources that no policy judges. */
  #unjudgedReport(resources: readonly ResourceInput[]): PolicyReport[] {
    const { unjudgedLevel: level } = this.#configuration;
    if (level === undefined || level === "disabled") return [];
    const kinds = unjudgedKinds(resources.map(({ type }) => type));
    return kinds.size === 0 ? [] : [reportOf(UNJUDGED, enforcedLevel(level), unjudgedText(kinds))];
  }

  /** That less is demanded than without a profile, so that silence isn't read as more. */
  #profileReport(): PolicyReport[] {
    if (this.profile === "strict") return [];
    const advising = POLICIES.filter(
      (policy) =>
        policy.level === "mandatory" &&
        levelIn(this.profile, policy) === "advisory" &&
        !this.isLevelSet(policy),
    );
    const message = `The profile ${this.profile} is in force: ${advising.length} policies only advise that are mandatory without it, and no label is asked for that isn't configured.`;
    return [reportOf(SETTINGS, "advisory", message)];
  }

  #configurationProblems(): PolicyReport[] {
    return this.#untold.splice(0);
  }

  #inCode(resources: readonly ResourceInput[]): CodeExemptions {
    return codeExemptions(resources, this.#configuration.settings, this.#today());
  }

  #context(inCode: CodeExemptions, resources: readonly ResourceInput[] = []): Context {
    const today = this.#today();
    const { settings, blocking } = this.#configuration;
    const exemptions = [...settings.exemptions, ...inCode.exemptions];
    const blocks: Context["blocks"] = (policy, of) =>
      blocking.has(policy) &&
      (exemptions.length === 0 ||
        exemptionOf(policy, { urn: of.subject.urn, namespace: namespaceIn(of) }, exemptions, today) ===
          undefined);
    return { settings, today, resources, blocks };
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
