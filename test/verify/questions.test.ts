import { strict as assert } from "node:assert";
import { scenarios } from "../../applications/scenarios";
import { questionText, type ProbeQuestion } from "../../verify/question";
import { denialQuestions, flowQuestions } from "../../verify/questions";
import { scenarioQuestions } from "../../verify/scenarioQuestions";
import { probesOf } from "../../verify/probes";
import { devCluster, pod, podsOfAll, surroundings } from "./lab";

const texts = (questions: readonly ProbeQuestion[]) => questions.map(questionText);

describe("verify: what is asked", () => {
  it("asks every declared flow at every port it names, and DNS for every workload", async () => {
    const given = await devCluster("k3d-dev");
    const asked = texts(flowQuestions(given.placed, surroundings(given, podsOfAll(given.placed))));
    for (const one of [
      "nginx → django tcp/8000",
      "django → internet tcp/443",
      "postgresql → kubernetes-api tcp/6443",
      "ingress → nginx tcp/443",
      "monitoring → redis tcp/9121",
      "celery-beat → cluster DNS udp/53",
    ]) {
      assert.ok(asked.includes(one), one);
    }
    assert.equal(new Set(asked).size, asked.length, "each once");
  });

  it("asks no denial that a declared flow admits, and every other source of every port that is reached", async () => {
    const given = await devCluster("k3d-dev");
    const world = surroundings(given, podsOfAll(given.placed));
    const flows = new Set(texts(flowQuestions(given.placed, world)));
    const { questions } = denialQuestions(given.placed, world);
    const denials = texts(questions);
    assert.deepEqual(
      denials.filter((each) => flows.has(each)),
      [],
    );
    for (const one of [
      "nginx → postgresql tcp/5432",
      "a stranger → postgresql tcp/5432",
      "monitoring → postgresql tcp/5432",
      "redis → internet tcp/443",
      "nginx → kubernetes-api tcp/6443",
    ]) {
      assert.ok(denials.includes(one), one);
    }
    assert.ok(
      questions.every(({ because }) => because !== ""),
      "each has a reason",
    );
    assert.ok(questions.every(({ expected }) => expected === "blocked"));
  });

  it("asks for metadata on AWS, for S3 only where the internet isn't open, and for no database that shares subnets", async () => {
    const given = await devCluster("eks-dev");
    const world = surroundings(given, podsOfAll(given.placed));
    const denials = texts(denialQuestions(given.placed, world).questions);
    assert.ok(denials.includes("fineract/read → instance metadata tcp/80"));
    assert.ok(denials.includes("fineract/read → bucket/documents tcp/443"));
    assert.ok(
      !denials.includes("keycloak → bucket/documents tcp/443"),
      "S3 is in the internet, which keycloak may reach",
    );
    assert.ok(
      !denials.includes("fineract/read → database/keycloak tcp/5432"),
      "the same subnets, and no groups in dev",
    );
    assert.ok(denials.includes("fineract-redis → database/keycloak tcp/5432"));
  });

  it("asks at each of two API servers, and no denial of either where the flow is declared", async () => {
    const given = await devCluster("k3d-dev");
    const world = {
      ...surroundings(given, podsOfAll(given.placed)),
      apiServers: ["172.18.0.2", "172.18.0.3"].map((host) => ({ host, port: 6443 })),
    };
    const flows = texts(flowQuestions(given.placed, world)).filter((each) => each.includes("kubernetes-api"));
    assert.deepEqual(flows, [
      "postgresql → kubernetes-api 172.18.0.2 tcp/6443",
      "postgresql → kubernetes-api 172.18.0.3 tcp/6443",
    ]);
    const denials = texts(denialQuestions(given.placed, world).questions);
    assert.deepEqual(
      denials.filter((each) => each.startsWith("postgresql → kubernetes-api")),
      [],
    );
    assert.equal(denials.filter((each) => each.startsWith("django → kubernetes-api")).length, 2);
  });

  it("asks no denial of a stage that blocks nothing, and says so", async () => {
    const given = await devCluster("k3d-dev");
    const observed = { ...given.placed, placement: { ...given.placed.placement, stage: "observe" as const } };
    const { questions, notes } = denialQuestions(observed, surroundings(given, podsOfAll(observed)));
    assert.deepEqual(questions, []);
    assert.match(notes[0] ?? "", /no denial is asked, because stage observe blocks nothing/);
  });

  it("asks the owners' scenarios by their names", async () => {
    for (const [cluster, count] of [
      ["k3d-dev", 7],
      ["eks-dev", 5],
    ] as const) {
      const given = await devCluster(cluster);
      const own = scenarios[given.placed.application.name] ?? [];
      const asked = scenarioQuestions(given.placed, own, surroundings(given, podsOfAll(given.placed)));
      assert.equal(asked.length, count);
      assert.ok(
        asked.every(
          ({ from, to }) =>
            from.kind === "pods" && (to.kind !== "missing" || to.name === "database/fineract"),
        ),
      );
    }
  });

  it("names what isn't there instead of leaving it out", async () => {
    const given = await devCluster("eks-dev");
    const world = surroundings(
      given,
      podsOfAll(given.placed).filter(({ name }) => !name.startsWith("keycloak")),
    );
    const missing = flowQuestions(given.placed, world).flatMap(({ from, to }) =>
      [from, to].flatMap((end) => (end.kind === "missing" ? [end.cause] : [])),
    );
    assert.ok(missing.includes("no pod of keycloak runs in namespace fineract-dev"));
    assert.ok(
      missing.includes(
        "where database/fineract is isn't in the config: give it with --address database/fineract=HOST",
      ),
    );
  });

  it("tries a pod on each of two nodes, and never a pod with itself", async () => {
    const given = await devCluster("k3d-dev");
    const world = surroundings(given, podsOfAll(given.placed, ["a", "a", "b"]));
    const replication = flowQuestions(given.placed, world).find(
      (each) => questionText(each) === "redis → redis tcp/6379",
    );
    assert.ok(replication);
    const { probes } = probesOf(replication);
    assert.deepEqual(
      probes.map(({ from, to }) => [from.node, to.pod?.node]),
      [
        ["a", "b"],
        ["b", "a"],
      ],
    );
  });

  it("prefers strangers of namespaces that aren't isolated themselves", async () => {
    const given = await devCluster("k3d-dev");
    const world = surroundings(given, podsOfAll(given.placed));
    const both = { ...world, pods: [pod("closed", "a", {}), ...world.pods], isolated: new Set(["closed"]) };
    const stranger = denialQuestions(given.placed, both).questions.find(
      ({ from }) => from.name === "a stranger",
    );
    assert.deepEqual(stranger?.from.kind === "pods" && stranger.from.pods.map(({ namespace }) => namespace), [
      "elsewhere",
    ]);
  });
});
