// Tests: test/policypack/packaging.test.ts
// Longer than most: one page, from top to bottom.
import type * as z from "zod";
import { append } from "../data";
import { EXAMPLES, type ExampleResource } from "./examples";
import { EXEMPTION_EXPIRED } from "./exemptions";
import type { Invariant, Severity } from "./invariant";
import { INVARIANTS } from "./invariants";
import { readKinds } from "./facts";
import { policiesJudging } from "./judgedBy";
import { PACK_NAME, POLICIES, SETTINGS } from "./policies";
import { crossGuardSchema } from "./policyConfig";
import { levelIn } from "./profiles";
import { PROFILES } from "./levels";
import { FRAMEWORKS, type FrameworkControl, REFERENCES } from "./references";
import type { settingsSchema } from "./settings";
import { UNJUDGED } from "./unjudged";

const INTRODUCTION = `# The policies

<!-- Written by \`node scripts/policies-doc.mjs\` from policypack/; change it there. -->

The policy pack \`${PACK_NAME}\` judges any program's resources, at preview, before anything is created:

    pulumi preview --policy-pack policypack --policy-pack-config policies.json

Installing this repository builds the pack (\`node scripts/build-policypack.mjs\` builds it again after a change); the
embedded preview, \`npm run preview\`, keeps it built by itself. It needs no configuration. Every policy is mandatory by default, unless the table says that it advises only; the configuration file gives each its level
(\`mandatory\`, \`advisory\`, \`remediate\` where a policy can put things right, \`disabled\`) and its own properties, as in
the examples below. An error in it names every problem at once, and what is wrong exempts nothing.

On plain manifests (of ArgoCD, kustomize, Helm), without Pulumi, the same policies judge what manifests show:

    palisade check manifests/ --config policies.json
    kustomize build overlays/prod | palisade check - --format sarif > palisade.sarif

\`--format\` is \`text\`, \`json\`, \`sarif\` (SARIF 2.1.0, with file and line, the policies' help and the controls that they contribute to)
or \`junit\`; \`--namespace\` says where objects go that name none; the configuration is the same file. All paths together are one world. What an API server would refuse, and two
objects under one name, exit with 2; kinds that no policy judges are skipped and counted; those that make elsewhere what policies judge are named apart. Exit codes: 0 clean, 1 a mandatory policy is violated, 2 bad input,
3 undecided, with \`--fail-on unknown\`, or something that no policy judges, with \`--fail-on unjudged\`. In an exemption, \`resource\` is the object's \`namespace/name\`.

On what a stack has made, without its program, what \`pulumi stack export\` prints, or a checkpoint file of a backend of files, in the place of manifests:

    pulumi stack export --stack prod | palisade check - --config policies.json
    pulumi policy analyze --stack prod --policy-pack policypack --policy-pack-config policies.json

As the engine shows a stack to packs, each resource is judged by its inputs and all together by their outputs; what is only read isn't judged by itself. Secrets that are encrypted
in the state are unknown (\`--show-secrets\` exports them), operations that were interrupted and resources that still wait to be deleted are named, and nothing is clean beside
them. \`pulumi policy analyze\` (Pulumi 3.229 or newer) says the same, but for these two; it also asks about resources that are only read.

Both commands take the policies by name: \`--policy NAME\` judges by this one only, \`--disable NAME\` leaves it out, each as often as
needed. What was left out, by a flag, the configuration or the profile, is in the verdict, in \`--json\` (\`policies\`, \`disabled\`), in SARIF
(\`ruleConfigurationOverrides\`) and, as skipped, in JUnit. Where no policy is left, the verdict is undecided.

## Profiles

\`settings.profile\`, or \`--profile\` of both commands, says how much is demanded. \`strict\`, the default, demands everything. \`baseline\` demands what
may be demanded of programs that never heard of Palisade: mandatory is what opens a door to the internet or to strangers' accounts, takes
a node's network, contradicts what the stack declares or the configuration lists, or doesn't work as it is written; the rest is advice, and no
label is asked for unless \`namespace-labels\` lists it. The table has each policy's level in both; \`palisade policies\` prints it.

A profile gives the level of every policy that has its default level here; \`advisory\`, \`disabled\` or \`remediate\` stay as they are written.
Pulumi's engine doesn't tell a pack whether \`mandatory\` was written or is the default: to have a policy block where \`baseline\` only advises,
write it under \`settings.levels\`, which counts over everything (Palisade's own commands refuse the other spelling, and say so).

    { "settings": { "profile": "baseline", "levels": { "namespace-default-deny": "mandatory" } } }

## Exemptions

\`settings.exemptions\` lists violations that are accepted for a while. They can also stand in code, beside the resource; both need a reason, an owner and
a last day, run out after it, and are told as advice while they are in force. In a Pulumi program, a resource option:

    import { exempt } from "pulumi-palisade";
    new aws.s3.Bucket("site", args, exempt({ policy: "s3-public-access-blocked", until: "2027-01-31", reason: "public site", owner: "team-web" }));

In a manifest, or on any Kubernetes object, an annotation of its \`metadata\`:

    exempt.palisade.dev/workload-no-host-network: '{"until": "2027-01-31", "reason": "reads interfaces", "owner": "team-platform"}'

Who commits the code isn't who answers for the policies. So by default an exemption in code has no effect and is told; the configuration lists the policies from which
code may exempt, and how many days ahead (90 unless it says so). Everything else can't be exempted from in code:

    { "settings": { "codeExemptions": { "policies": ["workload-no-host-network", "s3-public-access-blocked"], "days": 30 } } }

One that lacks its reason, owner or last day, or reaches too far ahead, exempts nothing: \`palisade check\` ends with 2, a preview with a violation of
\`exemption-expired\`. It holds for its own resource, not for a component's children, a list's items or what another object repeats. In other languages the option
is \`additionalSecretOutputs\`, which every language has, with the text \`palisade:exemption:POLICY::JSON\`, the JSON as in the annotation: no output has that name, so
nothing of the resource changes, and it is what the engine shows a pack. Components have no such option.

## In an editor

\`policies.schema.json\`, beside this page in the pack and at the top of the package \`pulumi-palisade\`, is the JSON schema of the configuration
file (\`palisade policies --schema\` prints it). The Pulumi CLI refuses a file with \`$schema\` in it, Palisade's commands take it; for both, name the files in the
editor's settings, as here for VS Code:

    "json.schemas": [{ "fileMatch": ["Pulumi.*.policies.json"], "url": "./node_modules/palisade-policypack/policies.schema.json" }]

## What is judged

A value that isn't known before deployment never hides a violation: what is known around it is judged, and if the answer
depends on it, the policy says so as advice, "not yet known whether …", with the fields that it depends on.

A preview sees one stack. What other stacks put into a cluster isn't seen, and no policy pretends otherwise. Nor are
objects of other APIs: a CNI's own policies (CiliumNetworkPolicy, Calico's, those of \`networking.k8s.aws\`), and workloads made by other
controllers' resources (an Argo Rollout, say), however they are declared. Their pods are judged where a NetworkPolicy speaks of them, and their
namespaces where the stack shows these otherwise. Where such an object makes pods, no policy says that a namespace has none like it.

Policies of the network-policy-api (ClusterNetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy) are judged by policies of their own, by
\`protected-ends\` and \`namespace-default-deny\`. No other policy counts what they open or close: what is said of pods and NetworkPolicies holds without them.
`;

interface Documented {
  readonly name: string;
  readonly description: string;
  readonly stops: string;
  readonly remedy: string;
  readonly severity: Severity;
  readonly config: z.ZodObject;
  readonly example?: object;
  readonly shownLevel?: "remediate";
}

const SETTINGS_DOCUMENTED: Documented = {
  ...SETTINGS,
  example: {
    observe: [
      {
        namespace: "shop",
        until: "2027-01-31",
        reason: "adopted; flows are being watched",
        owner: "team-shop",
      },
      {
        namespace: "bank",
        labels: { app: "keycloak" },
        until: "2027-01-31",
        reason: "its flows are being watched",
        owner: "team-bank",
      },
    ],
    exemptions: [
      {
        policy: "workload-no-host-network",
        resource: "node-agent",
        until: "2027-01-31",
        reason: "reads the node's interfaces",
        owner: "team-platform",
      },
    ],
    clusterRanges: ["10.42.0.0/16", "10.43.0.0/16"],
  } satisfies z.input<typeof settingsSchema>,
};

const documented = (invariant: Invariant): Documented => ({
  ...invariant,
  ...(invariant.scope === "resource" && invariant.remediate ? { shownLevel: "remediate" as const } : {}),
});

/** A policy's level in each profile. */
function levelsOf(name: string): readonly string[] {
  const policy = POLICIES.find((one) => one.name === name);
  return policy === undefined ? [] : PROFILES.map((profile) => levelIn(profile, policy));
}

/** How a value is written as YAML; the pack has no library for it. */
type ToYaml = (value: object) => string;

/** @public scripts/policies-doc.mjs writes it. */
export { configurationSchema } from "./configSchema";

/** docs/policies.md, from the policies themselves. */
export function policiesPage(toYaml: ToYaml): string {
  const entries = [...INVARIANTS.map(documented), EXEMPTION_EXPIRED, UNJUDGED, SETTINGS_DOCUMENTED];
  const table = entries.map(
    ({ name, description, severity }) =>
      `| [${name}](#${name}) | ${description} | ${severity} | ${levelsOf(name).join(" | ")} |`,
  );
  return [
    INTRODUCTION,
    [
      `| policy | what holds | severity | ${PROFILES.join(" | ")} |`,
      `| --- | --- | --- | ${PROFILES.map(() => "---").join(" | ")} |`,
      ...table,
      "",
    ].join("\n"),
    ...entries.map((entry) => section(entry, toYaml)),
    kindsTable(),
    frameworks(),
  ].join("\n");
}

/** `PCI DSS 1.3.1 (inbound traffic only as necessary, all other denied)`, several joined. */
const referencesText = (references: readonly FrameworkControl[]): string =>
  references.map(({ framework, control, title }) => `${framework} ${control} (${title})`).join("; ");

/** Which kinds of resources are judged, and by which policies: a row for each set of policies. */
function kindsTable(): string {
  const rows = new Map<string, string[]>();
  for (const { name, facts } of readKinds()) {
    const policies = [...new Set(facts.flatMap(policiesJudging))];
    append(rows, policies.map((policy) => `[${policy}](#${policy})`).join(", "), `\`${name}\``);
  }
  return [
    "## Kinds that are judged\n",
    "Resources of these kinds, in every version of their API, also in lists and as patches, and the policies that judge them or judge others by them. Of any other kind nothing is said.\n",
    [
      "| kinds | policies |",
      "| --- | --- |",
      ...[...rows].map(([policies, kinds]) => `| ${kinds.join(", ")} | ${policies} |`),
      "",
    ].join("\n"),
  ].join("\n");
}

/** What violates a policy and what complies: objects as manifests, resources of AWS as a Pulumi program in YAML, and whole programs. */
function examplesOf(name: string, toYaml: ToYaml): string[] {
  const examples = EXAMPLES[name];
  if (examples === undefined) return [];
  const { violating, complying, config } = examples;
  const isConfigured = config !== undefined && Object.keys(config).length > 0;
  return [
    `<details><summary>Examples</summary>\n`,
    `Violates it${isConfigured ? `, with ${JSON.stringify(config)}` : ""}:\n`,
    blockOf(violating, toYaml),
    "Complies with it:\n",
    blockOf(complying, toYaml),
    "</details>\n",
  ];
}

function blockOf(resources: readonly ExampleResource[], toYaml: ToYaml): string {
  const programs = resources.flatMap((one) => (one.kind === "program" ? [one.text] : []));
  const [language, text] =
    programs.length > 0 ? ["ts", programs.join("")] : ["yaml", yamlOf(resources, toYaml)];
  return `\`\`\`${language}\n${text}\`\`\`\n`;
}

function yamlOf(resources: readonly ExampleResource[], toYaml: ToYaml): string {
  const ofAws = resources.flatMap((one) =>
    one.kind === "aws" ? [[one.name, { type: `aws:${one.type}`, properties: one.properties }] as const] : [],
  );
  const objects = resources.flatMap((one) => (one.kind === "object" ? [one.object] : []));
  const parts = [...(ofAws.length > 0 ? [{ resources: unique(ofAws) }] : []), ...objects];
  return parts.map(toYaml).join("---\n");
}

/** Resources by name; several of one name by their types too, as Pulumi tells them apart. */
function unique(resources: readonly (readonly [name: string, resource: { type: string }])[]) {
  const names = resources.map(([name]) => name);
  return Object.fromEntries(
    resources.map(([name, resource]) => [
      names.filter((one) => one === name).length > 1
        ? `${name}-${resource.type.split(":").at(-1) ?? ""}`
        : name,
      resource,
    ]),
  );
}

function frameworks(): string {
  const versions = Object.entries(FRAMEWORKS).map(
    ([framework, { version, read }]) => `- ${framework}, ${version}: ${read}`,
  );
  return [
    "## Frameworks\n",
    "A policy contributes to the controls that it names; none is fulfilled by a policy alone. A control is named only where its text was read:\n",
    `${versions.join("\n")}\n`,
  ].join("\n");
}

function section(
  { name, description, stops, remedy, config, example, shownLevel }: Documented,
  toYaml: ToYaml,
): string {
  const properties = crossGuardSchema(config);
  const references = REFERENCES[name] ?? [];
  const rows = Object.entries(properties).map(
    ([key, { description: meaning, default: value }]) =>
      `- \`${key}\` (default \`${JSON.stringify(value)}\`): ${meaning ?? ""}`,
  );
  const shown = example ?? (shownLevel && {});
  const json = JSON.stringify(
    { [name]: { ...(shownLevel && { enforcementLevel: shownLevel }), ...shown } },
    undefined,
    2,
  );
  return [
    `## ${name}\n`,
    `${description}\n`,
    `**Stops.** ${stops}\n`,
    `**Remedy.** ${remedy}\n`,
    ...(references.length > 0 ? [`**Contributes to.** ${referencesText(references)}.\n`] : []),
    ...(rows.length > 0 ? [`${rows.join("\n")}\n`] : []),
    ...(shown ? ["```json", json, "```\n"] : []),
    ...examplesOf(name, toYaml),
  ].join("\n");
}
