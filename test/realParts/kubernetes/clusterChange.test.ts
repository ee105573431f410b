import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configChange } from "../../e2e/providers/kubernetes/clusterChange";
import { unknown, type Values } from "../../e2e/providers/values";
import { kubeconfigAt } from "./apiServer";

describe("the Kubernetes stand-in: which configuration is another cluster, as the official DiffConfig has it", () => {
  let folder: string;
  let here: string;
  let elsewhere: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "palisade-test-"));
    here = kubeconfigAt(join(folder, "here"), "https://192.0.2.1:6443");
    elsewhere = kubeconfigAt(join(folder, "elsewhere"), "https://192.0.2.2:6443");
  });
  after(() => rmSync(folder, { recursive: true }));

  const replaces = (olds: Values, news: Values) => configChange(olds, news).replaces;

  it("another address replaces the provider", () => {
    assert.deepEqual(replaces({ kubeconfig: here }, { kubeconfig: elsewhere }), ["kubeconfig"]);
  });

  it("the same file's text, another path of the same text, another context of the same cluster: updates", () => {
    const copy = kubeconfigAt(join(folder, "copy"), "https://192.0.2.1:6443");
    assert.deepEqual(configChange({ kubeconfig: here }, { kubeconfig: copy }), {
      changed: ["kubeconfig"],
      replaces: [],
    });
    const renamed = kubeconfigAt(join(folder, "renamed"), "https://192.0.2.1:6443", "renamed");
    assert.deepEqual(
      replaces({ kubeconfig: here, context: "lab" }, { kubeconfig: renamed, context: "renamed" }),
      [],
    );
  });

  it("another address in the same file is no change at all: both sides are read now", () => {
    const moved = kubeconfigAt(join(folder, "moved"), "https://192.0.2.1:6443");
    kubeconfigAt(moved, "https://192.0.2.3:6443");
    assert.deepEqual(configChange({ kubeconfig: moved }, { kubeconfig: moved }), {
      changed: [],
      replaces: [],
    });
  });

  it("what can't be read any more, or has no such context, is an update", () => {
    assert.deepEqual(replaces({ kubeconfig: join(folder, "gone") }, { kubeconfig: elsewhere }), []);
    assert.deepEqual(
      replaces({ kubeconfig: here, context: "lab" }, { kubeconfig: elsewhere, context: "no" }),
      [],
    );
  });

  it("the same identifier before and after: another address is an update", () => {
    const identified = (kubeconfig: string) => ({ kubeconfig, clusterIdentifier: "lab" });
    assert.deepEqual(configChange(identified(here), identified(elsewhere)), {
      changed: ["kubeconfig"],
      replaces: [],
    });
  });

  it("another identifier replaces, even at the same address", () => {
    const identified = (clusterIdentifier: string) => ({ kubeconfig: here, clusterIdentifier });
    assert.deepEqual(replaces(identified("lab"), identified("other")), ["clusterIdentifier"]);
  });

  it("an identifier that is new is an update, and doesn't help against another address in the same one", () => {
    assert.deepEqual(replaces({ kubeconfig: here }, { kubeconfig: here, clusterIdentifier: "lab" }), []);
    assert.deepEqual(replaces({ kubeconfig: here }, { kubeconfig: elsewhere, clusterIdentifier: "lab" }), [
      "kubeconfig",
    ]);
  });

  it("an unknown kubeconfig replaces: nobody can tell", () => {
    assert.deepEqual(replaces({ kubeconfig: here }, { kubeconfig: unknown }), ["kubeconfig"]);
  });
});
