// Tests: test/policypack/exemptions.test.ts, test/policypack/codeExemptions.test.ts
import type { CodeExemptions } from "./codeExemptions";
import { EXEMPTION_EXPIRED, keyOf } from "./exemptions";
import type { Level } from "./levels";
import { enforcedLevel, type PolicyReport, reportOf } from "./policyReport";
import type { Exemption, Settings } from "./settings";

/** What the exemptions' reports are made of. */
interface Exempting {
  readonly settings: Settings;
  readonly inCode: CodeExemptions;
  /** How many violations each covered, by its key. */
  readonly used: ReadonlyMap<string, number>;
  /** Whether a policy doesn't judge, so that nobody can say what it would find. */
  readonly isOff: (policy: string) => boolean;
  readonly level: Level;
  readonly today: string;
}

/** What is to be said of exemptions: those in force, as advice; the stale ones; and of those in code the incomplete and the barred. */
export function exemptionReports({ settings, inCode, used, isOff, level, today }: Exempting): PolicyReport[] {
  const wrong = inCode.problems.map(({ urn, policy, where, message }) =>
    reportOf(
      EXEMPTION_EXPIRED,
      "mandatory",
      `The exemption from ${policy} beside ${nameOf(urn)} (${where}) is wrong, so it exempts nothing: ${message}.`,
      urn,
    ),
  );
  if (level === "disabled") return wrong;
  const all = [
    ...settings.exemptions.map((one) => ({ one, of: named(one), urn: undefined })),
    ...inCode.exemptions.map((one) => ({ one, of: namedInCode(one), urn: one.resource })),
  ];
  const told = all.flatMap(({ one, of, urn }): PolicyReport[] => {
    const count = used.get(keyOf(one)) ?? 0;
    const stale = staleText(one, count, today);
    if (stale !== undefined)
      return one.until >= today && isOff(one.policy)
        ? []
        : [reportOf(EXEMPTION_EXPIRED, enforcedLevel(level), `${of} ${stale}`, urn)];
    const covers = `covers ${count === 1 ? "1 violation" : `${count} violations`} until ${one.until}.`;
    return [reportOf(EXEMPTION_EXPIRED, "advisory", `${of} ${covers}`, urn)];
  });
  const barred = inCode.barred.map((one) =>
    reportOf(
      EXEMPTION_EXPIRED,
      enforcedLevel(level),
      `${namedInCode(one)} has no effect, because the configuration doesn't let code exempt from it. Remedy: remove it, or have the policies' owner list it under settings.exemptions, or ${one.policy} under settings.codeExemptions.policies.`,
      one.resource,
    ),
  );
  return [...wrong, ...told, ...barred];
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

const answeredFor = ({ owner, reason }: Exemption): string => `(${owner}: ${reason})`;

const named = (one: Exemption): string =>
  `The exemption from ${one.policy} for ${one.resource ?? `the namespace ${one.namespace ?? ""}`} ${answeredFor(one)}`;

const namedInCode = (one: Exemption): string =>
  `The exemption from ${one.policy} beside ${nameOf(one.resource ?? "")} in code ${answeredFor(one)}`;

/** What is wrong with an exemption that is complete; undefined where it is in force and needed. */
function staleText({ until }: Exemption, covered: number, today: string): string | undefined {
  if (until < today) return `expired on ${until}, so it no longer has any effect. Remedy: remove it.`;
  return covered > 0
    ? undefined
    : "covers no violation, so it only waits for the next one. Remedy: remove it.";
}
