import { strict as assert } from "node:assert";
import type { Live } from "../../verify/live";
import { driftOf } from "../../verify/liveDrift";
import { ApiError } from "../../kube/errors";
import type { KubeObject, KubeReader } from "../../kube/objects";
import { PalisadeInputError } from "../../problems";
import { devCluster } from "./lab";

const attachment = (name: string): KubeObject => ({
  apiVersion: "vpcresources.k8s.aws/v1beta1",
  kind: "SecurityGroupPolicy",
  metadata: { name, namespace: "fineract-dev" },
  spec: { podSelector: { matchLabels: { app: "web" } }, securityGroups: { groupIds: ["sg-1"] } },
});

const empty = { world: [], policies: [] } as unknown as Live;

describe("drift of security groups' attachments", () => {
  it("a SecurityGroupPolicy that nobody planned is a finding: pods carry other groups than planned", async () => {
    const given = await devCluster("eks-dev");
    const kube = {
      list: () => Promise.resolve([attachment("planned"), attachment("by-hand")]),
    } as unknown as KubeReader;
    assert.deepEqual(await driftOf(kube, given, empty, [attachment("planned")]), [
      {
        kind: "unexpected",
        object: "SecurityGroupPolicy fineract-dev/by-hand",
        admits: ["its pods carry security groups other than the planned ones"],
      },
    ]);
  });

  it("a refusal to list them is an error with the role, never a clean answer", async () => {
    const given = await devCluster("eks-dev");
    const kube = { list: () => Promise.reject(new ApiError(403, "no")) } as unknown as KubeReader;
    await assert.rejects(
      driftOf(kube, given, empty, [attachment("planned")]),
      (error: unknown) =>
        error instanceof PalisadeInputError &&
        error.message.startsWith(
          "cluster eks-dev: no permission to list SecurityGroupPolicy in fineract-dev. Bind this role to",
        ) &&
        error.message.includes("\nkind: ClusterRole\n"),
    );
  });
});
