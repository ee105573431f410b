import { DNS_PORTS } from "../kubernetes";
import type { PlacedApplication } from "../config";
import { PortSet } from "../net";
import { ask, distinct, instancesOf } from "./ask";
import { chosenPodsEnd, instanceEnd, questionEndsOf, type Surroundings } from "./ends";
import { type ProbeQuestion, questionKey } from "./question";
import { strangersOf } from "./strangers";
import { outward } from "./outward";

/** The questions about one application, and what can't be asked of it. */
export interface ApplicationQuestions {
  readonly questions: readonly ProbeQuestion[];
  /** Full sentences: what isn't asked, and why. */
  readonly notes: readonly string[];
}

/** Every declared flow, name resolution included: each of its ends on each of its ports, expected to connect. */
export function flowQuestions(placed: PlacedApplication, world: Surroundings): ProbeQuestion[] {
  const { application, placement } = placed;
  const accepted = application.accepted.map(({ from, ...rest }) => ({
    ...rest,
    from: { kind: "application" as const, ...from },
  }));
  const declared = [...application.flows, ...accepted].flatMap(({ from, to, ports, because }) =>
    questionEndsOf(from, placed, world).flatMap((source) =>
      questionEndsOf(to, placed, world).flatMap((destination) =>
        ask("flow", source, destination, ports, "allowed", because),
      ),
    ),
  );
  const { dns } = world.cluster;
  const resolver = chosenPodsEnd("cluster DNS", dns.namespace, dns.pods, world);
  const names = instancesOf(placed).flatMap((instance) =>
    ask(
      "flow",
      instanceEnd(application, instance, placement.namespace, world, true),
      resolver,
      DNS_PORTS,
      "allowed",
      "every workload resolves names",
    ),
  );
  return distinct([...declared, ...names]);
}

/**
 * The denials that matter: every port that anybody may use at a workload, from everybody who may not; and the ways out
 * that only some workloads have, from all others. Nothing is asked that the declared flows admit.
 */
export function denialQuestions(placed: PlacedApplication, world: Surroundings): ApplicationQuestions {
  const { application, placement } = placed;
  if (placement.stage !== "enforce") {
    return {
      questions: [],
      notes: [`${application.name}: no denial is asked, because stage ${placement.stage} blocks nothing.`],
    };
  }
  const admitted = new Set(flowQuestions(placed, world).map(questionKey));
  const lagging = (name: string) => placement.observedWorkloads.includes(name);
  const asked = [...inward(placed, world, lagging), ...outward(placed, world, lagging)];
  return {
    questions: distinct(asked.filter((question) => !admitted.has(questionKey(question)))),
    notes: placement.observedWorkloads.map(
      (name) => `${application.name}: workload ${name} is observed: what reaches it isn't asked.`,
    ),
  };
}

/** From everybody to every port that a workload is reached on. */
function inward(
  placed: PlacedApplication,
  world: Surroundings,
  lagging: (name: string) => boolean,
): ProbeQuestion[] {
  const { application, placement } = placed;
  const own = instancesOf(placed).map((instance) => ({
    end: instanceEnd(application, instance, placement.namespace, world, true),
    because: `no flow leads there from ${instance.id}`,
  }));
  const sources = [...own, ...strangersOf(placed, world)];
  return application.workloads
    .filter(({ name }) => !lagging(name))
    .flatMap(({ name, ports, instances }) => {
      const reached = application.flows.flatMap(({ to, ports: on }) =>
        to.kind === "workload" && to.workload === name ? on : [],
      );
      const all = PortSet.of([...ports, ...reached]).ranges();
      return instances.flatMap((instance) => {
        const to = instanceEnd(application, instance, placement.namespace, world, true);
        return sources.flatMap(({ end, because }) => ask("denial", end, to, all, "blocked", because));
      });
    });
}
