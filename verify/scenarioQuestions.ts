import type { Scenario } from "../applications/scenarios";
import type { PlacedApplication } from "../config";
import { type End, parseReference } from "../flows";
import { partiesOf, type Surroundings } from "./parties";
import { distinct } from "./ask";
import type { QuestionEnd, ProbeQuestion } from "./question";
import { strangerParty, unlabelledParty } from "./strangers";

/** The owner's scenarios as questions. What a stage doesn't block isn't asked to be blocked. */
export function scenarioQuestions(
  placed: PlacedApplication,
  scenarios: readonly Scenario[],
  world: Surroundings,
): ProbeQuestion[] {
  return distinct(
    scenarios
      .filter(({ expected }) => expected === "allowed" || placed.placement.stage === "enforce")
      .flatMap(({ from, to, port, expected, because }) =>
        ends(from, placed, world).flatMap((source) =>
          ends(to, placed, world).map((destination): ProbeQuestion => {
            return {
              kind: "scenario",
              from: source,
              to: destination,
              protocol: "TCP",
              port,
              expected,
              because,
            };
          }),
        ),
      ),
  );
}

function ends(name: string, placed: PlacedApplication, world: Surroundings): QuestionEnd[] {
  switch (name) {
    case "stranger":
      return [strangerParty(placed, world)];
    case "unlabelled":
      return [unlabelledParty(placed, world) ?? strangerParty(placed, world)];
    default:
      return partiesOf(endOf(name), placed, world);
  }
}

function endOf(name: string): End {
  const { workload, instance } = parseReference(name);
  if (name === "internet") return { kind: "internet" };
  if (workload === "database" && instance !== undefined) return { kind: "database", database: instance };
  if (workload === "bucket" && instance !== undefined)
    return { kind: "bucket", bucket: instance, access: "read" };
  return { kind: "workload", workload, ...(instance === undefined ? {} : { instance }) };
}
