// Tests: test/cli/observe/command.test.ts
import { createHash } from "node:crypto";
import { rowOf } from "../../proof";
import type { ObserveReport } from "./report";
import { connectionText } from "./text";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

const RULES = [
  {
    id: "undeclared-traffic",
    shortDescription: { text: "A connection was seen that no flow of the stack declares." },
    help: { text: "Declare it with its reason, or stop it: it is denied when its application is enforced." },
    defaultConfiguration: { level: "warning" },
  },
  {
    id: "declared-but-denied",
    shortDescription: { text: "A declared flow was denied." },
    help: {
      text: "Deploy the stack, or find the policy of others that denies it (palisade explain, palisade drift).",
    },
    defaultConfiguration: { level: "error" },
  },
  {
    id: "unused-flow",
    shortDescription: { text: "A declared flow was never seen in records that would show it." },
    help: { text: "Remove it, or say in its reason when it is used." },
    defaultConfiguration: { level: "note" },
  },
] as const;

/** The report as SARIF 2.1.0: what was seen and isn't declared stands at the list that it would be declared in. */
export function observeSarif({
  undeclared,
  deniedFlows,
  observed,
  warnings,
  unreadable,
}: ObserveReport): string {
  const flowText = ({ flow }: (typeof deniedFlows)[number]) => {
    const { from, to, ports } = rowOf(flow);
    return `${from} → ${to} ${ports.join(" ")}`;
  };
  const results = [
    ...undeclared
      .filter(({ today }) => today === "seen")
      .map((one) => {
        const place = one.declare.find((proposed) => proposed.place !== undefined)?.place;
        const code = one.declare.map((proposed) => proposed.code);
        const text = [`${connectionText(one)} is seen and not declared.`, ...code].join("\n");
        return result("undeclared-traffic", text, connectionText(one), place);
      }),
    ...deniedFlows.map((one) =>
      result(
        "declared-but-denied",
        `${one.application}: ${flowText(one)} is declared and was denied.`,
        one.flow.id,
      ),
    ),
    ...observed.flows
      // The language adds name resolution: nobody can take it back.
      .filter(({ state, flow }) => state === "unseen" && flow.to.kind !== "dns")
      .map((one) =>
        result(
          "unused-flow",
          `${one.application}: ${flowText(one)} was never seen (${one.flow.because}).`,
          one.flow.id,
        ),
      ),
  ];
  const notes = [...warnings, ...unreadable.first].map((text) => ({ level: "warning", message: { text } }));
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "palisade", rules: RULES } },
        columnKind: "utf16CodeUnits",
        invocations: [
          { executionSuccessful: true, ...(notes.length > 0 && { toolExecutionNotifications: notes }) },
        ],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function result(
  ruleId: (typeof RULES)[number]["id"],
  text: string,
  identity: string,
  place?: { readonly file: string; readonly line: number },
) {
  const ruleIndex = RULES.findIndex(({ id }) => id === ruleId);
  return {
    ruleId,
    ruleIndex,
    kind: "fail",
    level: RULES[ruleIndex]?.defaultConfiguration.level,
    message: { text },
    ...(place === undefined
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: place.file.split(/[\\/]/).map(encodeURIComponent).join("/") },
                region: { startLine: place.line },
              },
            },
          ],
        }),
    partialFingerprints: {
      "observed/v1": createHash("sha256").update(`${ruleId} ${identity}`).digest("hex").slice(0, 32),
    },
  };
}
