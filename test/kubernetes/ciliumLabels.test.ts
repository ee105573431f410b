import { strict as assert } from "node:assert";
import { keptByCilium } from "../../kubernetes";

describe("which labels Cilium keeps, as its labelsfilter does", () => {
  const cases: readonly (readonly [setting: string, key: string, kept: boolean])[] = [
    ["", "app", true],
    ["", "pod-template-hash", false],
    ["", "app.kubernetes.io/name", true],
    ["", "kubernetes.io/metadata.name", false],
    ["", "controller-uid", false],
    ["", "controller-uid-of-mine", false],
    ["", "batch.kubernetes.io/job-name", true],
    ["", "annotation.mine", false],
    ["", "topology.kubernetes.io/zone", false],
    ["k8s:app", "app", true],
    // A pattern from the key's beginning, not the whole key.
    ["k8s:app", "application", true],
    ["k8s:app", "component", false],
    ["k8s:app component", "component", true],
    ["container:app", "app", false],
    ["k8s:!app", "app", false],
    ["!app", "component", true],
    // The longer one decides.
    ["!foo foo.bar", "foo.bar", true],
    ["!foo foo.bar", "foo", false],
    ["k8s:app k8s:io.kubernetes.pod.namespace", "app.kubernetes.io/name", true],
    ["k8s:(", "app", false],
  ];
  for (const [setting, key, kept] of cases)
    it(`${key} with labels: "${setting}" is ${kept ? "kept" : "left out"}`, () => {
      assert.equal(keptByCilium(setting, key), kept);
    });
});
