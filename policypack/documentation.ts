import type * as z from "zod";
import { EXEMPTION_EXPIRED } from "./exemptions";
import type { Invariant, Severity } from "./invariant";
import { INVARIANTS } from "./invariants";
import { PACK_NAME, SETTINGS } from "./policies";
import { crossGuardSchema } from "./policyConfig";
import { FRAMEWORKS, type FrameworkControl, REFERENCES } from "./references";
import type { settingsSchema } from "./settings";

const INTRODUCTION = `# The policies

<!-- Written by \`node scripts/policies-doc.mjs\` from policypack/; change it there. -->

The policy pack \`${PACK_NAME}\` judges any program's resources, at preview, before anything is created:

    pulumi preview --policy-pack policypack --policy-pack-config policies.json

Installing this repository builds the pack (\`node scripts/build-policypack.mjs\` builds it again after a change); the
embedded preview, \`npm run preview\`, keeps it built by itself. It needs no configuration. Every policy is mandatory by default, unless it says that it advises only; the configuration file gives each its level
(\`mandatory\`, \`advisory\`, \`remediate\` where a policy can put things right, \`disabled\`) and its own properties, as in
the examples below. An error in it names every problem at once, and what is wrong exempts nothing.

On plain manifests (of ArgoCD, kustomize, Helm), without Pulumi, the same policies judge what manifests show:

    palisade check manifests/ --config policies.json
    kustomize build overlays/prod | palisade check - --format sarif > palisade.sarif

\`--format\` is \`text\`, \`json\`, \`sarif\` (SARIF 2.1.0, with file and line, the policies' help and the controls that they contribute to)
or \`junit\`; \`--namespace\` says where objects go that name none; the configuration is the same file. All paths together are one world. What an API server would refuse, and two
objects under one name, exit with 2; kinds that no policy judges are skipped and counted. Exit codes: 0 clean, 1 a mandatory policy is violated, 2 bad input,
3 undecided, with \`--fail-on unknown\`. In an exemption, \`resource\` is the object's \`namespace/name\`.

A value that isn't known before deployment never hides a violation: what is known around it is judged, and if the answer
depends on it, the policy says so as advice, "not yet known whether …", with the fields that it depends on.

A preview sees one stack. What other stacks put into a cluster isn't seen, and no policy pretends otherwise. Nor are
objects of other APIs: a CNI's own policies (CiliumNetworkPolicy, Calico's), ClusterNetworkPolicy, and workloads made by other
controllers' resources (an Argo Rollout, say), however they are declared. Their pods are judged where a NetworkPolicy speaks of them, and their
namespaces where the stack shows these otherwise.
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

/** docs/policies.md, from the policies themselves. */
export function policiesPage(): string {
  const entries = [...INVARIANTS.map(documented), EXEMPTION_EXPIRED, SETTINGS_DOCUMENTED];
  const table = entries.map(
    ({ name, description, severity }) => `| [${name}](#${name}) | ${description} | ${severity} |`,
  );
  return [
    INTRODUCTION,
    ["| policy | what holds | severity |", "| --- | --- | --- |", ...table, ""].join("\n"),
    ...entries.map(section),
    frameworks(),
  ].join("\n");
}

/** `PCI DSS 1.3.1 (inbound traffic only as necessary, all other denied)`, several joined. */
const referencesText = (references: readonly FrameworkControl[]): string =>
  references.map(({ framework, control, title }) => `${framework} ${control} (${title})`).join("; ");

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

function section({ name, description, stops, remedy, config, example, shownLevel }: Documented): string {
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
  ].join("\n");
}
