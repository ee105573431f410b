import { strict as assert } from "node:assert";
import { analyze, ask } from "../../../reachability/compute/analysis";
import type { Cni } from "../../../reachability/read/cni";
import { readWorld } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";
import { pod, policy } from "./table";

describe("what pods with IPv6 addresses send by IPv4", () => {
  const V4_NODE = {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n1" },
    status: { addresses: [{ type: "InternalIP", address: "10.9.0.1" }] },
  };
  const objects = [
    pod("web", ["fd00::1"], { nodeName: "n2" }),
    pod("db", ["fd00::2"], { nodeName: "n2" }),
    policy("web", { egress: [] }),
    V4_NODE,
  ];
  const verdicts = (cni: Cni) => {
    const { world } = readWorld(sourced(objects), { representatives: false, cni });
    const analysis = analyze(world);
    const web = analysis.ends.find(({ name }) => name === "web");
    assert.ok(web !== undefined);
    return Object.fromEntries(
      analysis.ends
        .filter((end) => end !== web)
        .flatMap((end) => [
          [`to ${end.id}`, ask(analysis, web, end, "TCP", 443)],
          [`from ${end.id}`, ask(analysis, end, web, "TCP", 443)],
        ]),
    );
  };

  it("isn't known on aws-vpc-cni, to nodes and addresses outside; the other way, and among pods, policies decide", () => {
    assert.deepEqual(verdicts("aws-vpc-cni"), {
      "to default/db[Pod]": "blocked",
      "from default/db[Pod]": "allowed",
      "to n1[Node]": "unknown",
      "from n1[Node]": "blocked",
      "to 0.0.0.0/0": "unknown",
      "from 0.0.0.0/0": "blocked",
      "to ::/0": "blocked",
      "from ::/0": "allowed",
    });
  });

  it("is blocked elsewhere", () => {
    for (const cni of ["any", "calico", "k3s", "azure"] as const) {
      const { "to 0.0.0.0/0": outside, "to n1[Node]": node } = verdicts(cni);
      assert.deepEqual([outside, node], ["blocked", "blocked"], cni);
    }
  });
});
