// Tests: test/cli/reportLists.test.ts
import { readPackConfig } from "../engine";
import { settingsSchema } from "../policypack/index";
import type { ReportedAccess, ReportedExemption, ReportedQuota } from "../report";

/** `database fineract tcp/5432 ← keycloak: policy keycloak-egress, group keycloak → db, role r (IAM token as k)`, as components say it. */
const ACCESS = /^(.+?) ← ([^:]+): (?:policy )?(.+?), group (.+?), (?:role )?([^,]+)$/;

/** How a workload gets to a database or bucket; a line of another shape is shown whole. */
export function accessOf(line: string): ReportedAccess {
  const [, to, from, policy, group, role] = ACCESS.exec(line) ?? [];
  return to === undefined ||
    from === undefined ||
    policy === undefined ||
    group === undefined ||
    role === undefined
    ? { to: line, from: "", policy: "", group: "", role: "" }
    : { to, from, policy, group, role };
}

/** `fineract:keycloak egress: 41 of 60 rules`, and `7 of 2500 groups in the region, …`, as components say it. */
const QUOTA = /^(?:(.+): )?(\d+) of (\d+) (.+)$/;

/** How full something is; a line of another shape has no numbers that a bar could show. */
export function quotaOf(line: string): ReportedQuota | undefined {
  const [, what, used, limit, unit] = QUOTA.exec(line) ?? [];
  if (used === undefined || limit === undefined || unit === undefined) return undefined;
  return {
    what: what ?? unit,
    used: Number(used),
    limit: Number(limit),
    unit: what === undefined ? "" : unit,
  };
}

/** What a pack's configuration accepts for a while, and until when. */
export function exemptionsIn(configFile: string | undefined): readonly ReportedExemption[] {
  if (configFile === undefined) return [];
  const { config } = readPackConfig(configFile);
  // What it doesn't hold as our pack would have it is another pack's.
  const read = settingsSchema.safeParse(config.get("settings")?.properties ?? {});
  if (!read.success) return [];
  const { exemptions, observe } = read.data;
  return [
    ...exemptions.map(({ policy, resource, namespace, until, reason, owner }) => ({
      kind: "exemption",
      policy,
      of: resource ?? `namespace ${namespace ?? ""}`,
      until,
      reason,
      owner,
    })),
    ...observe.map(({ namespace, labels, until, reason, owner }) => ({
      kind: "observation",
      policy: "",
      of: `namespace ${namespace}${
        labels === undefined
          ? ""
          : `, pods ${Object.entries(labels)
              .map((pair) => pair.join("="))
              .join(",")}`
      }`,
      until,
      reason,
      owner,
    })),
  ];
}
