import { strict as assert } from "node:assert";
import { block, policy, UNKNOWN } from "../helpers";
import { app, deployment, judgeBy, of, shop } from "../shop";

describe("every-workload-isolated", () => {
  const NAME = "every-workload-isolated";
  const judge = judgeBy(NAME);
  /** Each is as wide as one owner's block may be; together they are wider. */
  const halves = ["4.0.0.0/8", "5.0.0.0/8"];
  const pieces = (blocks: readonly string[], labels = app("web")) =>
    blocks.map((cidr, index) =>
      policy(`piece-${index}`, { ...labels, policyTypes: ["Ingress"], ingress: [{ from: [block(cidr)] }] }),
    );

  it("reports the world in pieces over several policies, once for each workload", () => {
    assert.deepEqual(judge(shop({}, deployment("web"), ...pieces(halves))), [`${NAME} web-pods`]);
    assert.deepEqual(judge(shop({}, ...pieces(halves))), [`${NAME} web`]);
  });
  it("is silent on pieces for different pods, few pieces, and what one policy shows", () => {
    const [first = "", second = ""] = halves;
    assert.deepEqual(
      judge(shop({}, deployment("web"), ...pieces([first]), ...pieces([second], app("db")))),
      [],
    );
    assert.deepEqual(judge(shop({}, deployment("web"), ...pieces(["0.0.0.0/1", "198.51.100.0/24"]))), []);
  });
  it("names an unknown selector of a piece as not yet known", () => {
    const [first = "", second = ""] = halves;
    const open = { podSelector: { matchLabels: UNKNOWN } };
    const stack = shop({}, deployment("web"), ...pieces([first]), ...pieces([second], open as never));
    assert.deepEqual(judge(stack), [`${NAME} web-pods?`]);
  });
  it("asks for each workload's own policies where config says so", () => {
    const config = { withoutDefaultDeny: ["shop"] };
    const stack = [of("web", {}), deployment("web"), deployment("db")];
    assert.deepEqual([judge(stack), judge(stack, config)], [[], [`${NAME} db-pods`]]);
  });
});
