import { strict as assert } from "node:assert";
import { block, DNS, INTERNET, policy, UNKNOWN } from "../helpers";
import { app, inNamespace, judgeBy, shop, tcp, to } from "../shop";

describe("dns-reachable", () => {
  const NAME = "dns-reachable";
  const judge = judgeBy(NAME);
  const asking = (...egress: unknown[]) => judge(shop({ web: { egress } }));

  it("is silent where both protocols are open", () => assert.deepEqual(judge(shop()), []));
  it("reports no DNS, UDP alone, TCP alone, and DNS elsewhere", () => {
    const [udp, tcpPort] = DNS.ports;
    for (const rule of [
      [],
      [{ ...DNS, ports: [udp] }],
      [{ ...DNS, ports: [tcpPort] }],
      [{ to: [{ ...inNamespace("other"), podSelector: {} }], ports: DNS.ports }],
    ]) {
      assert.deepEqual(asking(to("db", 5432), ...rule), [`${NAME} web`]);
    }
  });
  it("reports the internet without DNS, and no private address", () => {
    assert.deepEqual(asking({ to: [INTERNET], ports: tcp(443) }), [`${NAME} web`]);
    assert.deepEqual(asking({ to: [block("10.20.0.0/24")], ports: tcp(5432) }), []);
    assert.deepEqual(asking(), []);
  });
  it("counts every policy of the pods, an address, and the idiom of any namespace", () => {
    const dns = policy("dns", { ...app("web"), policyTypes: ["Egress"], egress: [DNS] });
    assert.deepEqual(judge(shop({ web: { egress: [to("db", 5432)] } }, dns)), []);
    assert.deepEqual(asking(to("db", 5432), { ...DNS, to: [block("169.254.20.10/32")] }), []);
    const any = { namespaceSelector: {}, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } };
    assert.deepEqual(asking(to("db", 5432), { ...DNS, to: [any] }), []);
  });
  it("takes other servers from config", () => {
    const config = { namespace: "dns", labels: { app: "dns" }, port: 5353 };
    assert.deepEqual(judge(shop(), config), [`${NAME} web`]);
  });
  it("names an unknown rule as not yet known", () => {
    assert.deepEqual(asking(to("db", 5432), UNKNOWN), [`${NAME} web?`]);
  });
});
