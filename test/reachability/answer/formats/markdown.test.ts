import { strict as assert } from "node:assert";
import { analyze } from "../../../../reachability/compute/analysis";
import { diff } from "../../../../reachability/answer/diff";
import { diffMarkdown } from "../../../../reachability/answer/diff/formats";
import { readWorld } from "../../../../reachability/read/readWorld";
import { sourced } from "../../worlds";

const relation = (cidrs: readonly string[]) => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" }, spec: {} };
  const policy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      podSelector: {},
      ingress: cidrs.length === 0 ? [] : [{ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })) }],
    },
  };
  return analyze(readWorld(sourced([pod, policy])).world).units;
};

describe("a diff for a pull request", () => {
  it("shows a reviewer every address that is gained, however many blocks these are", () => {
    const cidrs = ["1.0.0.0/24", "2.0.0.0/24", "3.0.0.0/24", "4.0.0.0/24", "5.0.0.0/24", "6.0.0.1/32"];
    const text = [...diffMarkdown(diff(relation([]), relation(cidrs)))].join("");
    const ranges = [1, 2, 3, 4, 5].map((n) => `${n}.0.0.0-${n}.0.0.255`);
    assert.ok(
      text.includes(`| \`${[...ranges, "6.0.0.1"].join(", ")}\` | \`shop/web[Pod]\` | All Connections |\n`),
      text,
    );
  });
});
