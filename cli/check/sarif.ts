// Tests: test/cli/check/formats.test.ts
import { createHash } from "node:crypto";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { type Policy, referenceText } from "../../policypack/index";
import { disabledText } from "../disabledPolicies";
import type { CheckFinding, CheckReport, FindingLocation } from "./report";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** How bad a violation is, on the scale of CVSS by which code scanners sort findings. */
const SECURITY_SEVERITY: Readonly<Record<Policy["severity"], string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
};

/**
 * The report as SARIF 2.1.0: a rule for each policy, with those that were left out switched off for this run; a result for each finding, with file, line and object. What couldn't be
 * decided is a result of the kind `open`, which has no level. Source: the OASIS standard, sections 3.19 to 3.52.
 */
export function sarifText({ findings, policies, disabled, profile, warnings }: CheckReport): string {
  const names = (some: readonly Policy[]) => some.map(({ name }) => name);
  const notes = [
    ...(profile === "strict" ? [] : [`profile ${profile}`]),
    ...disabledText(names(policies), names(disabled)),
  ];
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "palisade", rules: [...policies, ...disabled].map(ruleOf) } },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: true,
            ...(disabled.length > 0 && {
              ruleConfigurationOverrides: disabled.map(({ name }, index) => ({
                descriptor: { id: name, index: policies.length + index },
                configuration: { enabled: false },
              })),
            }),
            ...(notes.length > 0 && {
              toolConfigurationNotifications: notes.map((text) => ({ level: "note", message: { text } })),
            }),
            ...(warnings.length > 0 && {
              toolExecutionNotifications: warnings.map((text) => ({ level: "warning", message: { text } })),
            }),
          },
        ],
        results: findings.map((finding) => resultOf(finding, policies.indexOf(finding.policy))),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf({ name, description, stops, remedy, severity, level, references }: Policy) {
  const controls = references.map((one) => `${referenceText(one)} (${one.title})`);
  const paragraphs = (label: (text: string) => string) =>
    [
      `${label("Stops.")} ${stops}`,
      `${label("Remedy.")} ${remedy}`,
      ...(controls.length > 0 ? [`${label("Contributes to.")} ${controls.join("; ")}.`] : []),
    ].join("\n\n");
  return {
    id: name,
    shortDescription: { text: description },
    fullDescription: { text: `Stops: ${stops}` },
    help: { text: paragraphs((text) => text), markdown: paragraphs((text) => `**${text}**`) },
    defaultConfiguration: { level: level === "mandatory" ? "error" : "note" },
    properties: {
      tags: ["security", ...references.map(referenceText)],
      "security-severity": SECURITY_SEVERITY[severity],
      "problem.severity": level === "mandatory" ? "error" : "recommendation",
    },
  };
}

function resultOf({ policy, level, undecided, message, object, place }: CheckFinding, ruleIndex: number) {
  return {
    ruleId: policy.name,
    ...(ruleIndex >= 0 && { ruleIndex }),
    kind: undecided ? "open" : "fail",
    level: undecided ? "none" : level === "mandatory" ? "error" : "note",
    message: { text: message },
    ...(place && {
      locations: [
        {
          // A cluster's object is in no file.
          ...(place.document !== undefined && { physicalLocation: locationOf(place) }),
          ...(object && { logicalLocations: [{ fullyQualifiedName: `${object.kind} ${object.name}` }] }),
        },
      ],
      // What stays the same when lines move: so that a scanner knows a finding again.
      partialFingerprints: {
        "policyObjectAndMessage/v1": digest(policy.name, object?.kind, object?.name, message),
      },
    }),
  };
}

function locationOf({ file, line }: FindingLocation) {
  return {
    artifactLocation: { uri: uriOf(file) },
    ...(line !== undefined && { region: { startLine: line } }),
  };
}

/** A relative path stays relative: scanners resolve it in the repository. Standard input has no file. */
function uriOf(file: string): string {
  if (file === "-") return "stdin";
  if (isAbsolute(file)) return pathToFileURL(file).href;
  const segments = file.split(/[\\/]/).filter((segment) => segment !== ".");
  return segments.map(encodeURIComponent).join("/");
}

const digest = (...parts: readonly (string | undefined)[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
