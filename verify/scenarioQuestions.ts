import type { Scenario, ScenarioDestination, ScenarioSource } from "../applications/scenarios";
import type { PlacedApplication } from "../config";
import { questionEndsOf, type Surroundings } from "./ends";
import { distinct } from "./ask";
import type { QuestionEnd, ProbeQuestion } from "./question";
import { strangerEnd, unlabelledEnd } from "./strangers";

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

function ends(
  end: ScenarioSource | ScenarioDestination,
  placed: PlacedApplication,
  world: Surroundings,
): QuestionEnd[] {
  switch (end.kind) {
    case "stranger":
      return [strangerEnd(placed, world)];
    case "unlabelled":
      return [unlabelledEnd(placed, world) ?? strangerEnd(placed, world)];
    case "workload":
    case "internet":
    case "database":
    case "bucket":
      return questionEndsOf(end, placed, world);
  }
}
