import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, verdicts, UNKNOWN } from "../helpers";

const NAME = "role-trust-narrow";
const EKS = "oidc.eks.eu-central-1.amazonaws.com/id/AB";
const judge = (...Statement: readonly object[]) =>
  run(
    [aws("iam/role:Role", "reader", { name: "reader", assumeRolePolicy: { Statement } })],
    {},
    { only: NAME },
  );
const everybody = { Sid: "Open", Effect: "Allow", Action: "sts:AssumeRole", Principal: "*" };
const irsa = {
  Sid: "Pods",
  Effect: "Allow",
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${EKS}` },
};

describe(NAME, () => {
  it("says who may assume the role, and which statement lets him", () => {
    assert.deepEqual(
      judge(everybody, irsa).map(({ message }) => message),
      [
        'Role reader (resource "reader") lets everybody assume it, so any AWS account can take the role and use all of its permissions. Evidence: Open allows everybody without a condition. Remedy: name the principals in Open.',
        "Role reader (resource \"reader\") lets every pod of the cluster assume it, so each of them can use the role's permissions: the identity provider serves them all, and only a token's subject tells them apart. Evidence: Pods has no condition on the subject that leaves somebody out. Remedy: write a condition StringEquals on the provider's claim sub in Pods.",
      ],
    );
  });

  it("judges what is known of a document beside what isn't", () => {
    const unknown = { ...everybody, Sid: "Later", Principal: { AWS: UNKNOWN } };
    assert.deepEqual(verdicts(judge(everybody, unknown)), [`${NAME} reader`, `${NAME} reader?`]);
  });
});
