import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, verdicts } from "../helpers";

const NAME = "eks-not-open-to-internet";
const cluster = (vpcConfig: object, name?: string) =>
  aws("eks/cluster:Cluster", "cluster", { name, vpcConfig });

describe(NAME, () => {
  it("says which blocks reach the API", () => {
    const reports = run(
      [cluster({ publicAccessCidrs: ["198.51.100.0/24", "0.0.0.0/0"] }, "prod")],
      {},
      { only: NAME },
    );
    assert.deepEqual(
      reports.map(({ message }) => message),
      [
        'EKS cluster prod (resource "cluster") has an API that the internet reaches, so whoever gets hold of credentials, or of ' +
          "a flaw in the API server, is in the cluster. Evidence: vpcConfig.publicAccessCidrs lists 198.51.100.0/24, 0.0.0.0/0. " +
          'Remedy: write vpcConfig.endpointPublicAccess: false, or vpcConfig.publicAccessCidrs: ["198.51.100.0/24"].',
      ],
    );
  });

  it("takes what isn't an address block for everybody", () => {
    assert.deepEqual(verdicts(run([cluster({ publicAccessCidrs: ["office"] })], {}, { only: NAME })), [
      `${NAME} cluster`,
    ]);
  });

  it("says nothing of nodes' logins where a public API is allowed", () => {
    const nodes = aws("eks/nodeGroup:NodeGroup", "nodes", { remoteAccess: { ec2SshKey: "ops" } });
    const allowed = { [NAME]: { allowPublicApi: true } };
    assert.deepEqual(verdicts(run([cluster({}), nodes], allowed, { only: NAME })), [`${NAME} nodes`]);
  });
});
