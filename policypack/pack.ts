import type {
  EnforcementLevel,
  Policies,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { z } from "zod";
import { FactsOnce } from "./factsOnce";
import { EXEMPTION_EXPIRED, exemptionOf, keyOf, staleExemptions } from "./exemptions";
import { type Finding, messageOf } from "./finding";
import type { Context, Invariant, ResourceInvariant, StackInvariant } from "./invariant";
import { INVARIANTS } from "./invariants/all";
import { crossGuardSchema, defaultConfig, readConfig } from "./policyConfig";
import { type Settings, settingsSchema } from "./settings";

/**
 * What the runtime takes as a report besides a text, though its types don't say so: a level and a severity of its own.
 * Source: @pulumi/policy, server.js, makeReportViolationFun.
 */
interface Report {
  readonly message: string;
  readonly urn?: string;
  readonly enforcementLevel?: EnforcementLevel;
  readonly severity?: Severity;
}

/** What every policy of one pack shares while it serves. */
interface Shared {
  settings: Settings;
  readonly today: () => string;
  readonly reported: Set<string>;
  readonly facts: FactsOnce;
  /** The exemptions that covered a violation. */
  readonly exempted: Set<string>;
}

/** The policies as Pulumi serves them. `now` gives the time by which an observation has run out or not. */
export function policies(now: () => Date = () => new Date()): Policies {
  const shared: Shared = {
    settings: defaultConfig(settingsSchema),
    today: () => now().toISOString().slice(0, 10),
    reported: new Set(),
    facts: new FactsOnce(),
    exempted: new Set(),
  };
  return [
    settingsPolicy(shared),
    ...INVARIANTS.map((invariant) => policyOf(invariant, shared)),
    exemptionPolicy(shared),
  ];
}

/** What the pack is named in Pulumi's output and configuration. */
export const PACK_NAME = "palisade";

/** The policy that holds what all policies share, as the documentation and Pulumi describe it. */
export const SETTINGS = {
  name: "settings",
  description: "What all policies share is configured correctly.",
  stops:
    "Nothing in the stack: its configuration is what the other policies read besides their own, given once. At the level `disabled` they run without it.",
  severity: "high",
  remedy: "Correct the configuration of the policy `settings`; until then nothing in it has any effect.",
} as const;

/**
 * Pulumi configures each policy by itself and shows it nobody else's configuration, but an observed namespace or a
 * cluster's range concerns several. So the first policy of the pack holds what they share: it is run before the
 * others, for a resource as for a stack, and hands on what it is configured with. Disabled, it exempts nothing.
 */
function settingsPolicy(shared: Shared): ResourceValidationPolicy & StackValidationPolicy {
  const take = (args: Configured, report: ReportViolation) => {
    shared.settings = configOf(SETTINGS.name, settingsSchema, args, report, shared);
  };
  return {
    name: SETTINGS.name,
    description: SETTINGS.description,
    enforcementLevel: "mandatory",
    severity: SETTINGS.severity,
    remediationSteps: SETTINGS.remedy,
    configSchema: crossGuardSchema(settingsSchema),
    validateResource: (args, report) => {
      shared.facts.begin();
      take(args, report);
    },
    validateStack: (args, report) => {
      shared.facts.begin();
      take(args, report);
    },
  };
}

/** Runs last, when every other policy has said which exemptions it needed. */
function exemptionPolicy(shared: Shared): StackValidationPolicy {
  return {
    name: EXEMPTION_EXPIRED.name,
    description: EXEMPTION_EXPIRED.description,
    enforcementLevel: "mandatory",
    severity: EXEMPTION_EXPIRED.severity,
    remediationSteps: EXEMPTION_EXPIRED.remedy,
    configSchema: { properties: {} },
    validateStack: (_, report) => {
      const { settings, exempted, today } = shared;
      for (const message of staleExemptions(settings.exemptions, exempted, today()))
        send({ message }, report);
      exempted.clear();
      shared.facts.end();
    },
  };
}

function policyOf(invariant: Invariant, shared: Shared): ResourceValidationPolicy | StackValidationPolicy {
  const described = {
    name: invariant.name,
    description: invariant.description,
    enforcementLevel: invariant.level ?? ("mandatory" as const),
    severity: invariant.severity,
    remediationSteps: invariant.remedy,
    configSchema: crossGuardSchema(invariant.config),
  };
  switch (invariant.scope) {
    case "resource":
      return { ...described, ...resourceFunctions(invariant, shared) };
    case "stack":
      return { ...described, ...stackFunctions(invariant, shared) };
  }
}

function resourceFunctions(
  invariant: ResourceInvariant,
  shared: Shared,
): Pick<ResourceValidationPolicy, "validateResource" | "remediateResource"> & Partial<StackValidationPolicy> {
  const { remediate, judgeTogether } = invariant;
  return {
    ...(judgeTogether && stackFunctions({ ...invariant, judge: judgeTogether }, shared)),
    validateResource: (args, report) => {
      const config = configOf(invariant.name, invariant.config, args, report, shared);
      for (const fact of shared.facts.ofResource(args)) {
        tell(invariant.name, invariant.judge(fact, config, contextOf(shared)), report, shared);
      }
    },
    ...(remediate && {
      remediateResource: (args: ResourceValidationArgs) => {
        const config = readConfig(invariant.config, args.getConfig());
        // Read anew: another remediation may have changed the properties under the same URN.
        const [fact] = shared.facts.ofChanging(args);
        // A wrong configuration is reported when the resource is judged; it must not change one.
        return config.ok && fact ? remediate(fact, args.props, config.value) : undefined;
      },
    }),
  };
}

function stackFunctions(
  invariant: Pick<StackInvariant, "name" | "config" | "judge">,
  shared: Shared,
): Pick<StackValidationPolicy, "validateStack"> {
  return {
    validateStack: (args, report) => {
      const config = configOf(invariant.name, invariant.config, args, report, shared);
      const facts = shared.facts.ofStack(args.resources);
      tell(invariant.name, invariant.judge(facts, config, contextOf(shared)), report, shared);
    },
  };
}

const contextOf = ({ settings, today }: Shared): Context => ({ settings, today: today() });

interface Configured {
  getConfig(): object;
}

/** A policy's configuration. A wrong one is reported once, whatever the policy's level, and replaced by the default. */
function configOf<S extends z.ZodObject>(
  policy: string,
  schema: S,
  args: Configured,
  report: ReportViolation,
  { reported }: Shared,
): z.output<S> {
  const config = readConfig(schema, args.getConfig());
  if (config.ok) return config.value;
  if (!reported.has(policy)) {
    reported.add(policy);
    const problems = config.problems.map((problem) => `- ${problem}`).join("\n");
    const message = `The configuration of the policy ${policy} is wrong, so its defaults hold:\n${problems}`;
    send({ message, enforcementLevel: "mandatory" }, report);
  }
  return defaultConfig(schema);
}

/** Reports findings: violations at the policy's own level, what isn't known yet as advice that never blocks. */
function tell(policy: string, findings: readonly Finding[], report: ReportViolation, shared: Shared): void {
  for (const finding of findings) {
    const message = messageOf(finding);
    switch (finding.kind) {
      case "violation": {
        const exemption = exemptionOf(policy, finding, shared.settings.exemptions, shared.today());
        if (exemption) shared.exempted.add(keyOf(exemption));
        else send({ message, urn: finding.urn }, report);
        break;
      }
      case "undecided":
        send({ message, urn: finding.urn, enforcementLevel: "advisory" }, report);
    }
  }
}

const send = (report: Report, to: ReportViolation): void => {
  (to as unknown as (report: Report) => void)(report);
};
