import { strict as assert } from "node:assert";
import { Provider } from "@pulumi/kubernetes/provider";
import { ClusterBaseline } from "../../components";
import { application, cluster, placement, workload } from "../compile/worlds";
import { record } from "./recorded";

const POLICY = "kubernetes:policy.networking.k8s.io/v1alpha2:ClusterNetworkPolicy";
const baseline = { version: "v1alpha2", exempt: [], databaseClients: [] } as const;

const program =
  (given = cluster("calico", { baseline })) =>
  (): void => {
    const provider = new Provider("lab", { context: "lab" });
    const shop = { application: application([workload("web")], []), placement: placement() };
    new ClusterBaseline("lab/baseline", { cluster: given, applications: [shop] }, { provider });
  };

describe("ClusterBaseline", () => {
  it("registers a cluster's policies by its provider, and names them", async () => {
    const recorded = await record(program());
    const policies = recorded.filter(({ type }) => type === POLICY);
    assert.deepEqual(
      policies.map(({ name, parent, provider }) => [name, parent, provider]).sort(),
      ["palisade-default-deny", "palisade-metadata"].map((name) => [
        `lab/baseline/${name}`,
        "lab/baseline",
        "lab",
      ]),
    );
    const component = recorded.find(({ name }) => name === "lab/baseline");
    assert.deepEqual(component?.outputs, {
      cluster: "lab",
      policies: ["palisade-default-deny", "palisade-metadata"],
    });
  });

  it("registers nothing else, and no policy on a cluster without a baseline", async () => {
    const types = (await record(program(cluster("calico")))).map(({ type }) => type);
    assert.deepEqual(types.sort(), ["palisade:index:ClusterBaseline", "pulumi:providers:kubernetes"]);
  });
});
