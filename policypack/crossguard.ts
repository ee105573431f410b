import type {
  Policies,
  PolicyProviderResource,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { EXEMPTION_EXPIRED } from "./exemptions";
import type { ResourceInput } from "./facts";
import type { RawProperties } from "./invariant";
import { Pack } from "./pack";
import type { PolicyReport, PolicySetting } from "./policyReport";
import { INVARIANT_POLICIES, POLICIES, SETTINGS } from "./policies";
import type { Policy } from "./policy";
import { crossGuardSchema } from "./policyConfig";
import { UNJUDGED } from "./unjudged";
import { plain, reveal } from "./values";

/**
 * The same policies for a pack of one's own, to be served by @pulumi/policy beside others:
 * `new PolicyPack("ours", { policies: [...policies(), ...own] })`, ours first and in their order. The findings are those of
 * the pack itself; the library reads every resource once per policy, so a large stack takes several times as long.
 *
 * @param now gives the time by which an exemption or an observation has run out or not.
 */
export function policies(now?: () => Date): Policies {
  const shared: Shared = { pack: new Pack(now), settings: {}, asked: new Set(), told: new Set() };
  return POLICIES.map((policy) => {
    const invariant = INVARIANT_POLICIES.find((one) => one.policy === policy)?.invariant;
    const remediates = invariant?.scope === "resource" && invariant.remediate !== undefined;
    const together = invariant?.scope === "resource" && invariant.judgeTogether !== undefined;
    return {
      name: policy.name,
      description: policy.description,
      enforcementLevel: policy.level,
      severity: policy.severity,
      remediationSteps: policy.remedy,
      configSchema: { properties: crossGuardSchema(policy.config) },
      ...(policy.scope === "resource" && resourceFunctions(policy, shared)),
      ...((policy.scope === "stack" || together || policy === SETTINGS) && stackFunctions(policy, shared)),
      ...(remediates && remediation(policy, shared)),
    } as ResourceValidationPolicy | StackValidationPolicy;
  });
}

/** What the policies of one list share. */
interface Shared {
  readonly pack: Pack;
  /** The library shows no policy another's configuration; the first of them, `settings`, hands its own on. */
  settings: object;
  /** The policies that were asked anything: the library doesn't ask a disabled one, and shows no policy's level. */
  readonly asked: Set<string>;
  /** The policies whose wrong configuration was told. */
  readonly told: Set<string>;
}

function resourceFunctions(
  policy: Policy,
  shared: Shared,
): Pick<ResourceValidationPolicy, "validateResource"> {
  return {
    validateResource: (args: ResourceValidationArgs, report: ReportViolation) => {
      alone(policy, args, shared);
      send(policy, shared.pack.judgeResource(inputOf(args)), report, shared);
    },
  };
}

function stackFunctions(policy: Policy, shared: Shared): Pick<StackValidationPolicy, "validateStack"> {
  return {
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      alone(policy, args, shared);
      send(policy, shared.pack.judgeStack(args.resources.map(stackInputOf)), report, shared);
    },
  };
}

function remediation(policy: Policy, shared: Shared): Pick<ResourceValidationPolicy, "remediateResource"> {
  return {
    remediateResource: (args: ResourceValidationArgs) => {
      alone(policy, args, shared, "remediate");
      const [made] = shared.pack.remediate(inputOf(args), plain(args.props) as RawProperties);
      return made?.properties;
    },
  };
}

/** Configures the pack so that only one policy judges, with the shared settings. */
function alone(policy: Policy, args: { getConfig(): object }, shared: Shared, level?: "remediate"): void {
  if (policy === SETTINGS) shared.settings = args.getConfig();
  shared.asked.add(policy.name);
  const others = POLICIES.map(({ name }): [string, PolicySetting] => [
    name,
    shared.asked.has(name)
      ? { judgedElsewhere: true, properties: {} }
      : { level: "disabled", properties: {} },
  ]);
  shared.pack.configure(
    new Map([
      ...others,
      [SETTINGS.name, { properties: shared.settings }],
      [policy.name, { level, properties: args.getConfig() }],
    ]),
  );
}

/**
 * Reports what one policy says. The library gives a report the level that is configured; only advice beside violations, a wrong
 * configuration and what the settings' profile or levels make of a policy carry a level of their own, which it takes though its types don't say so (@pulumi/policy, server.js).
 */
function send(
  policy: Policy,
  reports: readonly PolicyReport[],
  to: ReportViolation,
  { pack, told }: Shared,
): void {
  for (const { policy: by, urn, message, finding, level } of reports) {
    if (by !== policy) continue;
    const isWrong = finding === undefined && level === "mandatory";
    const ofConfig = isWrong && policy !== EXEMPTION_EXPIRED && policy !== UNJUDGED;
    const isSet = level !== policy.level || pack.isLevelSet(policy);
    if (ofConfig && told.has(policy.name)) continue;
    if (ofConfig) told.add(policy.name);
    const ofFinding = finding !== undefined && finding.kind !== "violation";
    const own = ofConfig || ofFinding || isSet ? { enforcementLevel: level } : {};
    (to as unknown as (report: object) => void)({ message, ...(urn === undefined ? {} : { urn }), ...own });
  }
}

const inputOf = ({
  urn,
  type,
  name,
  props,
  provider,
  opts,
}: ResourceValidationArgs | PolicyResource): ResourceInput => ({
  urn,
  type,
  name,
  secretOutputs: opts.additionalSecretOutputs,
  props: reveal(plain(props)),
  provider: provider && providerOf(provider),
});

const providerOf = ({ urn, name, props }: PolicyProviderResource) => ({
  urn,
  name,
  props: reveal(plain(props)),
});

const stackInputOf = (resource: PolicyResource): ResourceInput => ({
  ...inputOf(resource),
  parent: resource.parent?.urn ?? "",
  propertyDependencies: Object.fromEntries(
    Object.entries(resource.propertyDependencies).map(([property, from]) => [
      property,
      from.map(({ urn }) => urn),
    ]),
  ),
});
