import { strict as assert } from "node:assert";
import { egress, group, ingress, singleRule, tcp, tcpInline } from "../aws";
import { run, type TestResource, verdicts, UNKNOWN } from "../helpers";

const NAME = "security-group-rule-described";
const judge = (resource: TestResource) => verdicts(run([resource], {}, { only: NAME }));
const spelled = (description: unknown): TestResource[] => [
  group("r", { ingress: [{ ...tcpInline(22), description }] }),
  group("r", { egress: [{ ...tcpInline(22), description }] }),
  singleRule("r", "g", { ...tcpInline(22), type: "ingress", description }),
  ingress("r", "g", { ...tcp(22), description }),
  egress("r", "g", { ...tcp(22), description }),
];

describe(NAME, () => {
  for (const description of [undefined, "", "  ", "Managed by Pulumi", "Ünlaut", "x".repeat(256)]) {
    it(`reports ${(description ?? "none").slice(0, 20)} in every spelling`, () => {
      for (const resource of spelled(description)) assert.deepEqual(judge(resource), [`${NAME} r`]);
    });
  }

  it("is silent on a reason, and names an unknown one as not yet known", () => {
    for (const resource of spelled("web reads orders (tcp/5432)")) assert.deepEqual(judge(resource), []);
    for (const resource of spelled(UNKNOWN)) assert.deepEqual(judge(resource), [`${NAME} r?`]);
  });
});
