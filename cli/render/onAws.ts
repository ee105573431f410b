// Tests: test/cli/onAws.test.ts
import type { OwnersPolicy, PreviewReport } from "../report";
import { hanging, paint, printable, type Style } from "./text";

/** What no single application has: how full shared groups are, and the statements that other owners may add. */
export function renderOnAws(
  { shared, policiesForOwners }: Pick<PreviewReport, "shared" | "policiesForOwners">,
  style: Style,
): string[] {
  return [
    ...shared.flatMap(({ cluster, quotas }) => {
      if (!style.verbose || quotas.length === 0) return [];
      const title = `${paint.bold(printable(cluster))}  ${paint.dim("security groups that its applications share")}`;
      return [title, ...quotas.flatMap((quota) => hanging(quota, style)), ""];
    }),
    ...(policiesForOwners.length === 0 ? [] : forOwners(policiesForOwners)),
  ];
}

/** One statement a line, as JSON to be copied: never wrapped. */
function forOwners(policies: readonly OwnersPolicy[]): string[] {
  return [
    `${paint.bold("For other owners")}  ${paint.dim("statements for policies that stay theirs (stack output policiesForOwners): a bucket's go beside its owner's, an endpoint's replace what admits every bucket")}`,
    "",
    ...policies.flatMap(({ of, policy }) => [
      `  ${printable(of)}`,
      ...statements(policy).map((statement) => `    ${printable(statement)}`),
      "",
    ]),
  ];
}

function statements(policy: string): readonly string[] {
  try {
    const { Statement } = JSON.parse(policy) as { readonly Statement: readonly unknown[] };
    return Statement.map((statement) => JSON.stringify(statement));
  } catch {
    return ["known once the endpoint exists"];
  }
}
