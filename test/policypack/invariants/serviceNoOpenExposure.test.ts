import { strict as assert } from "node:assert";
import { COMPLIANT, run, service, type TestResource, UNKNOWN, verdicts } from "../helpers";

const NAME = "service-no-open-exposure";
const judge = (resource: TestResource, config = {}) =>
  verdicts(run([...COMPLIANT, resource], { [NAME]: config }, { only: NAME }));
const ports = [{ port: 443 }];
const balanced = (...loadBalancerSourceRanges: unknown[]) =>
  service({ type: "LoadBalancer", ports, loadBalancerSourceRanges });

describe(NAME, () => {
  for (const [claim, resource] of Object.entries({
    "a load balancer for everyone": service({ type: "LoadBalancer", ports }),
    "a load balancer with an empty list": balanced(),
    "a load balancer for 0.0.0.0/0": balanced("0.0.0.0/0"),
    "a load balancer for the world in halves": balanced("0.0.0.0/1", "128.0.0.0/1"),
    "a node port": service({ type: "NodePort", ports }),
    "external addresses": service({ externalIPs: ["192.0.2.1"] }),
    "an external address that isn't known yet": service({ externalIPs: [UNKNOWN] }),
    "a load balancer for everyone on unknown ports": service({ type: "LoadBalancer", ports: UNKNOWN }),
  })) {
    it(`reports ${claim}`, () => assert.deepEqual(judge(resource), [`${NAME} web`]));
  }

  for (const [claim, resource] of Object.entries({
    "a cluster's own Service": service({ ports }),
    "a headless one": service({ clusterIP: "None", ports }),
    "an external name": service({ type: "ExternalName", externalName: "example.com" }),
    "a load balancer for an office": balanced("198.51.100.0/24"),
    "a system namespace's": service({ type: "LoadBalancer", ports }, "kube-system"),
  })) {
    it(`is silent on ${claim}`, () => assert.deepEqual(judge(resource), []));
  }

  it("lets config name public ports and exempt namespaces", () => {
    const resource = service({ type: "LoadBalancer", ports });
    assert.deepEqual(judge(resource, { publicPorts: ["tcp/443"] }), []);
    assert.deepEqual(judge(resource, { publicPorts: ["tcp/80"] }), [`${NAME} web`]);
    assert.deepEqual(judge(resource, { exempt: ["shop"] }), []);
    const unknown = service({ type: "LoadBalancer", ports: [{ port: UNKNOWN }] });
    assert.deepEqual(judge(unknown, { publicPorts: ["tcp/443"] }), [`${NAME} web?`]);
  });

  it("names an unknown type, addresses and ranges as not yet known", () => {
    assert.deepEqual(judge(service({ type: UNKNOWN })), [`${NAME} web?`]);
    assert.deepEqual(judge(service({ externalIPs: UNKNOWN })), [`${NAME} web?`]);
    assert.deepEqual(judge(balanced(UNKNOWN)), [`${NAME} web?`]);
    assert.deepEqual(judge(balanced(UNKNOWN, "0.0.0.0/0")), [`${NAME} web`]);
  });
});
