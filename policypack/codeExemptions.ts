// Tests: test/policypack/codeExemptions.test.ts
import * as z from "zod";
import { EXEMPTION_ANNOTATION, exemptionInOutput } from "../data";
import { parseKubernetesType, type ResourceInput } from "./facts";
import { dayText, filledText, readConfig } from "./policyConfig";
import { isPolicy, unknownPolicy } from "./policies";
import type { Exemption, Settings } from "./settings";
import { Cursor } from "./values";

/** What a program says beside a resource, as it is written there. */
interface Written {
  readonly policy: string;
  /** `annotation "exempt.palisade.dev/rds-private"`, or `option exempt`. */
  readonly where: string;
  readonly annotation?: string;
  /** Undefined where it isn't known before deployment. */
  readonly json: string | undefined;
}

/** What is wrong with an exemption in code: it exempts nothing. */
export interface ExemptionProblem {
  readonly urn: string;
  readonly policy: string;
  readonly where: string;
  /** The annotation's key; undefined where it is a resource option. */
  readonly annotation?: string;
  readonly message: string;
}

/** The exemptions that stand in code beside resources. */
export interface CodeExemptions {
  /** Complete ones, in force or expired, of policies from which the configuration lets code exempt. */
  readonly exemptions: readonly Exemption[];
  readonly problems: readonly ExemptionProblem[];
  /** Complete ones of policies from which it doesn't: without any effect. */
  readonly barred: readonly Exemption[];
}

const terms = z.strictObject({
  until: dayText,
  reason: filledText,
  owner: filledText,
});

const DAY = 24 * 60 * 60 * 1000;

/** Reads the exemptions beside some resources. `today` is `YYYY-MM-DD`. */
export function codeExemptions(
  resources: readonly ResourceInput[],
  { codeExemptions: { policies, days } }: Settings,
  today: string,
): CodeExemptions {
  const exemptions: Exemption[] = [];
  const barred: Exemption[] = [];
  const problems: ExemptionProblem[] = [];
  const latest = new Date(Date.parse(today) + days * DAY).toISOString().slice(0, 10);
  for (const resource of resources) {
    for (const { json, ...at } of writtenOf(resource)) {
      const refuse = (message: string) => problems.push({ urn: resource.urn, ...at, message });
      if (!isPolicy(at.policy)) refuse(unknownPolicy(at.policy));
      const read = readTerms(json);
      if (!read.ok) read.problems.forEach(refuse);
      else if (read.value.until > latest)
        refuse(
          `until: ${read.value.until} is more than ${days} days away; write ${latest} or an earlier day`,
        );
      else if (isPolicy(at.policy)) {
        const list = policies.includes(at.policy) ? exemptions : barred;
        list.push({ policy: at.policy, resource: resource.urn, ...read.value });
      }
    }
  }
  return { exemptions, barred, problems };
}

type ReadTerms = ReturnType<typeof readConfig<typeof terms>>;

function readTerms(json: string | undefined): ReadTerms {
  if (json === undefined)
    return { ok: false, problems: ["isn't known before deployment; write it as plain text"] };
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    raw = undefined;
  }
  if (typeof raw !== "object" || raw === null)
    return {
      ok: false,
      problems: [`is ${JSON.stringify(json)}; write {"until": "YYYY-MM-DD", "reason": "…", "owner": "…"}`],
    };
  return readConfig(terms, raw);
}

function writtenOf(resource: ResourceInput): Written[] {
  const options = (resource.secretOutputs ?? []).flatMap((name): Written[] => {
    const found = exemptionInOutput(name);
    return found === undefined ? [] : [{ ...found, where: "option exempt" }];
  });
  return parseKubernetesType(resource.type) === undefined
    ? options
    : [...options, ...annotationsOf(Cursor.root(resource.props))];
}

function annotationsOf(object: Cursor): Written[] {
  const annotations = object.at("metadata").at("annotations").map();
  if (!annotations.known || annotations.value === undefined) return [];
  return [...annotations.value].flatMap(([key, value]): Written[] => {
    if (!key.startsWith(EXEMPTION_ANNOTATION)) return [];
    const text = value.text();
    return [
      {
        policy: key.slice(EXEMPTION_ANNOTATION.length),
        where: `annotation ${key}`,
        annotation: key,
        json: text.known ? (text.value ?? "") : undefined,
      },
    ];
  });
}
