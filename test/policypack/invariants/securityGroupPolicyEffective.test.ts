import { strict as assert } from "node:assert";
import { egress, group, groupPolicy, tcp } from "../aws";
import { namespace, run, type TestResource, UNKNOWN, verdicts } from "../helpers";

const NAME = "security-group-policy-effective";
const judge = (stack: readonly TestResource[], config = {}) =>
  verdicts(run(stack, { [NAME]: config }, { only: NAME }));

describe(NAME, () => {
  const dns = (name: string, on: string, protocol: string) =>
    egress(name, on, { ...tcp(53), ipProtocol: protocol, referencedSecurityGroupId: "sg-dns" });
  const web = [group("web"), dns("tcp", "web", "tcp"), dns("udp", "web", "udp")];
  it("is silent on a policy with groups that resolve names, together or in another stack", () => {
    assert.deepEqual(judge([...web, groupPolicy("p", ["web"])]), []);
    assert.deepEqual(judge([...web, group("more"), groupPolicy("p", ["web", "more"])]), []);
    const theirs = groupPolicy("p", [], { securityGroups: { groupIds: ["sg-theirs"] } });
    assert.deepEqual(judge([theirs]), []);
  });

  for (const [claim, stack] of Object.entries({
    "no selector": [...web, groupPolicy("p", ["web"], { podSelector: null })],
    "both selectors": [...web, groupPolicy("p", ["web"], { serviceAccountSelector: {} })],
    "no groups": [groupPolicy("p", [], { securityGroups: {} })],
    "an empty list of groups": [groupPolicy("p", [])],
    "no name resolution": [group("web"), groupPolicy("p", ["web"])],
    "name resolution by TCP only": [...web.slice(0, 2), groupPolicy("p", ["web"])],
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(stack), [`${NAME} p`]));
  }

  for (const [claim, spec] of Object.entries({
    "an unknown selector": { podSelector: UNKNOWN },
    "unknown groups": { securityGroups: { groupIds: UNKNOWN } },
    "a group from nowhere": { securityGroups: { groupIds: [UNKNOWN, UNKNOWN] } },
  })) {
    it(`names ${claim} as not yet known`, () => {
      const from = claim === "a group from nowhere" ? [] : ["web"];
      const policy = { ...groupPolicy("p", ["web"], spec), madeFrom: { spec: from } };
      assert.deepEqual(judge([...web, policy]), [`${NAME} p?`]);
    });
  }
});

describe(`${NAME}: the pods that are to have groups`, () => {
  const attached = [{ namespace: "shop", labels: { app: "web" } }];
  const told = (...stack: readonly TestResource[]) =>
    verdicts(
      run(
        [
          namespace(),
          group("g"),
          ...stack,
          ...["tcp", "udp"].map((ipProtocol) =>
            egress(ipProtocol, "g", { ...tcp(53), ipProtocol, cidrIpv4: "10.0.0.2/32" }),
          ),
        ],
        { [NAME]: { attached } },
        { only: NAME },
      ),
    );
  const selecting = (matchLabels: unknown) => groupPolicy("web", ["g"], { podSelector: { matchLabels } });

  it("is silent where each has its policy, and on other namespaces", () => {
    assert.deepEqual(told(selecting({ app: "web" })), []);
    const elsewhere = groupPolicy("x", ["g"]);
    const props = { ...elsewhere.props, metadata: { name: "x", namespace: "bank" } };
    assert.deepEqual(told(selecting({ app: "web" }), { ...elsewhere, props }), []);
  });

  it("reports pods without a policy, and a policy for other pods", () => {
    assert.deepEqual(told(), [`${NAME} shop`]);
    assert.deepEqual(told(selecting({ app: "web" }), groupPolicy("x", ["g"])), [`${NAME} x`]);
    assert.deepEqual(told(selecting({})), [`${NAME} shop`, `${NAME} web`]);
    assert.deepEqual(told(selecting({ app: "web", tier: "a" })), [`${NAME} shop`, `${NAME} web`]);
  });

  it("says what isn't known yet", () => {
    assert.deepEqual(told(selecting({ app: UNKNOWN })), [`${NAME} web?`]);
  });
});
