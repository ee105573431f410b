import { strict as assert } from "node:assert";
import { PodTable } from "../../observe";

const at = (text: string): number => Date.parse(`2026-01-01T${text}Z`);
const moment = (text: string) => ({ first: at(text), last: at(text) });

interface Given {
  readonly name?: string;
  readonly ip?: string;
  readonly from?: string;
  readonly phase?: string;
  readonly finished?: string;
  readonly hostNetwork?: boolean;
  readonly labels?: object;
}

const pod = ({
  name = "web-0",
  ip = "10.42.0.5",
  from = "10:00:00",
  phase = "Running",
  finished,
  ...rest
}: Given) => ({
  kind: "Pod",
  metadata: { uid: `${name} ${from}`, namespace: "shop", name, labels: rest.labels ?? { app: "web" } },
  spec: { hostNetwork: rest.hostNetwork },
  status: {
    phase,
    podIP: ip,
    podIPs: [{ ip }, { ip: "fd00::0005" }],
    startTime: `2026-01-01T${from}Z`,
    ...(finished === undefined
      ? {}
      : { containerStatuses: [{ state: { terminated: { finishedAt: `2026-01-01T${finished}Z` } } }] }),
  },
});
const list = (...pods: readonly object[]) => ({ kind: "List", items: pods });

/** Who held an address, or why nobody. */
const held = (table: PodTable, address: string, time: ReturnType<typeof moment> | undefined): string => {
  const found = table.at(address, time);
  return typeof found === "string" ? found : found.name;
};

const ANOTHER_TIME = "an address that a known pod held at another time";

describe("observe: who held an address", () => {
  it("is a pod from its start until its list was saved", () => {
    const table = new PodTable();
    assert.equal(table.add(list(pod({})), at("12:00:00")), true);
    assert.equal(held(table, "10.42.0.5", moment("11:00:00")), "web-0");
    assert.equal(held(table, "fd00::5", moment("11:00:00")), "web-0", "IPv6 in any spelling");
    assert.equal(held(table, "10.42.0.5", moment("09:59:59")), ANOTHER_TIME);
    assert.equal(held(table, "10.42.0.5", moment("12:00:01")), ANOTHER_TIME);
    assert.equal(held(table, "10.42.0.5", { first: at("09:59:00"), last: at("10:01:00") }), ANOTHER_TIME);
    assert.equal(held(table, "10.42.0.5", undefined), "a record without a time");
    assert.equal(held(table, "10.42.0.6", moment("11:00:00")), "an address that no known pod held then");
  });

  it("is proven by a list that doesn't say when it was saved up to the last moment that it tells of", () => {
    const table = new PodTable();
    table.add(list(pod({}), pod({ name: "db-0", ip: "10.42.0.9", from: "11:30:00" })), undefined);
    assert.equal(held(table, "10.42.0.5", moment("11:30:00")), "web-0");
    assert.equal(held(table, "10.42.0.5", moment("11:30:01")), ANOTHER_TIME);
  });

  it("is the same pod between two lists that have it", () => {
    const table = new PodTable();
    table.add(list(pod({})), at("11:00:00"));
    table.add(list(pod({})), at("15:00:00"));
    assert.equal(held(table, "10.42.0.5", moment("13:00:00")), "web-0");
  });

  it("is one pod after the other", () => {
    const table = new PodTable();
    table.add(
      list(pod({ phase: "Succeeded", finished: "10:30:00" }), pod({ name: "db-0", from: "11:00:00" })),
      at("12:00:00"),
    );
    assert.equal(held(table, "10.42.0.5", moment("10:15:00")), "web-0");
    assert.equal(held(table, "10.42.0.5", moment("10:45:00")), ANOTHER_TIME);
    assert.equal(held(table, "10.42.0.5", moment("11:15:00")), "db-0");
  });

  it("is nobody where two may have had it, and where nobody says when it ended", () => {
    const table = new PodTable();
    table.add(list(pod({}), pod({ name: "db-0", from: "11:00:00" })), at("12:00:00"));
    assert.equal(held(table, "10.42.0.5", moment("11:30:00")), "an address that several pods held then");
    const ended = new PodTable();
    ended.add(list(pod({ phase: "Failed" })), at("12:00:00"));
    assert.equal(held(ended, "10.42.0.5", moment("11:00:00")), ANOTHER_TIME);
  });

  it("knows pods by name where all of that name are alike", () => {
    const table = new PodTable();
    table.add(list(pod({})), at("11:00:00"));
    assert.equal(table.named("shop", "web-0")?.name, "web-0");
    assert.equal(table.named("shop", "web-1"), undefined);
    table.add(list(pod({ from: "11:30:00", labels: { app: "db" } })), at("12:00:00"));
    assert.equal(table.named("shop", "web-0"), undefined);
  });

  const odd: readonly (readonly [string, unknown, boolean, number])[] = [
    ["one pod", pod({}), true, 1],
    ["a list without pods", list(), true, 0],
    [
      "a PodList, whose items have no kind",
      { kind: "PodList", items: [{ ...pod({}), kind: undefined }] },
      true,
      1,
    ],
    ["a list of other things", { kind: "List", items: [{ kind: "Service" }] }, true, 0],
    ["a Deployment", { kind: "Deployment" }, false, 0],
    ["a text", "pods", false, 0],
    ["a pod without a start", list({ ...pod({}), status: { podIP: "10.42.0.5" } }), true, 0],
    ["a pod with a name that no API server takes", list(pod({ name: "\u001b[2J" })), true, 0],
    ["an address that isn't one", list(pod({ ip: "x" })), true, 1],
  ];
  for (const [what, value, isList, count] of odd) {
    it(`takes ${what} for ${isList ? `${count} pods` : "no list"}`, () => {
      const table = new PodTable();
      assert.equal(table.add(value, at("12:00:00")), isList);
      assert.equal(table.size, count);
    });
  }
});
