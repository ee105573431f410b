// Tests: test/cli/policies.test.ts
import { configurationSchema, levelIn, POLICIES, PROFILES } from "../policypack/index";
import { EXIT } from "./exit";
import { paint } from "./render/text";

/** The options of `palisade policies`, as commander parses them. */
export interface PoliciesFlags {
  readonly json?: boolean;
  readonly schema?: boolean;
}

/** Prints the policies with their levels in each profile, or the JSON schema of their configuration. Gives the exit code. */
export function run({ json = false, schema = false }: PoliciesFlags): Promise<number> {
  const data = schema
    ? configurationSchema()
    : json
      ? { version: 1, policies: POLICIES.map(shown) }
      : undefined;
  process.stdout.write(data === undefined ? table() : `${JSON.stringify(data, undefined, 2)}\n`);
  return Promise.resolve(EXIT.clean);
}

const shown = (policy: (typeof POLICIES)[number]) => ({
  name: policy.name,
  severity: policy.severity,
  scope: policy.scope,
  levels: Object.fromEntries(PROFILES.map((profile) => [profile, levelIn(profile, policy)])),
  description: policy.description,
});

function table(): string {
  const rows = [
    ["policy", "severity", ...PROFILES, "what holds"],
    ...POLICIES.map(shown).map(({ name, severity, levels, description }) => [
      name,
      severity,
      ...PROFILES.map((profile) => levels[profile] ?? ""),
      description,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row, index) => {
    const line = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
    return index === 0 ? paint.dim(line) : line;
  });
  return `${lines.join("\n")}\n`;
}
