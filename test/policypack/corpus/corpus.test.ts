import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import path from "node:path";
import { judged } from "./judged";
import { CORPUS } from "./index";

/** Why each policy's findings under `strict`, gone through one by one, are really so; strict.txt lists them. */
const BECAUSE: Readonly<Record<string, string>> = {
  "namespace-default-deny": "workloads are put into a namespace for which the manifests have no default deny",
  "network-policy-no-everyone-ingress":
    "a rule has no peers, all addresses or every namespace: charts open their ports to everybody by default",
  "network-policy-no-everyone-egress":
    "a rule has no destinations, all addresses or every namespace, if only for DNS or HTTPS",
  "network-policy-no-metadata-egress": "0.0.0.0/0 on port 80 includes the metadata service",
  "network-policy-trusted-namespace-selectors": "pods with a label that anybody sets, in every namespace",
  "workload-no-host-network": "a node's agent, as under baseline",
  "service-no-open-exposure": "a load balancer or NodePort for everybody, in a namespace that isn't listed",
  "namespace-labels": "a Namespace without the labels that strict asks for",
  "dns-reachable": "names may be asked for over UDP only",
};

describe("policy pack: shapes of public manifests and charts", () => {
  it("are two hundred or more, each with a name of its own", () => {
    assert.ok(CORPUS.length >= 200, `${CORPUS.length}`);
    assert.equal(new Set(CORPUS.map(({ name }) => name)).size, CORPUS.length);
  });

  it("baseline: mandatory is what is listed beside the shape as really so, and nothing else; nothing is undecided", async () => {
    const [found, expected]: [string[], string[]] = [[], []];
    for (const shape of CORPUS) {
      const { mandatory, undecided } = await judged(shape, "baseline");
      found.push(
        ...[...mandatory, ...undecided.map((one) => `${one}?`)].map((one) => `${shape.name}: ${one}`),
      );
      expected.push(...Object.keys(shape.right ?? {}).map((one) => `${shape.name}: ${one}`));
    }
    assert.deepEqual(found, expected);
    assert.ok(expected.length > 20);
  });

  it("strict: mandatory is what strict.txt lists, of policies whose findings there are really so", async () => {
    const found: string[] = [];
    for (const shape of CORPUS) {
      const { mandatory, undecided } = await judged(shape, "strict");
      found.push(
        ...[...mandatory, ...undecided.map((one) => `${one}?`)].map((one) => `${shape.name}: ${one}`),
      );
    }
    const listed = readFileSync(path.join(__dirname, "strict.txt"), "utf8").trimEnd().split("\n");
    assert.deepEqual(found, listed);
    const policies = new Set(found.map((one) => /: (\S+) \S+$/.exec(one)?.[1] ?? one));
    assert.deepEqual([...policies].sort(), Object.keys(BECAUSE).sort());
  });
});
