import { strict as assert } from "node:assert";
import { aws } from "../aws";
import { run, UNKNOWN, verdicts } from "../helpers";

const NAME = "role-permissions-narrow";
const judge = (...Statement: readonly object[]) =>
  run(
    [aws("iam/rolePolicy:RolePolicy", "reader", { role: "reader", policy: { Statement } })],
    {},
    { only: NAME },
  );
const wide = { Sid: "Wide", Effect: "Allow", Action: ["s3:Get*", "rds-db:connect"], Resource: "*" };

describe(NAME, () => {
  it("says what is reached, by which statement and action", () => {
    assert.deepEqual(
      judge(wide).map(({ message }) => message),
      [
        'RolePolicy (resource "reader") lets its holder read or change the objects of every bucket and log in to every database as any user, so no security group, bucket policy or declared flow holds that identity back. Evidence: Wide allows s3:GetObject on all of them; Wide allows rds-db:connect on all of them. Remedy: name the resources that are meant in Wide.',
      ],
    );
  });

  it("says of a policy of AWS's which one it is", () => {
    const policyArn = "arn:aws:iam::aws:policy/AmazonEC2FullAccess";
    const attachment = aws("iam/rolePolicyAttachment:RolePolicyAttachment", "net", {
      role: "net",
      policyArn,
    });
    assert.deepEqual(
      run([attachment], {}, { only: NAME }).map(({ message }) => message),
      [
        `RolePolicyAttachment (resource "net") lets its holder change every security group's rules, or which groups an interface carries, so no security group, bucket policy or declared flow holds that identity back. Evidence: policyArn is ${policyArn}. Remedy: attach a policy that names the resources in place of policyArn.`,
      ],
    );
  });

  it("judges what is known of a document beside what isn't", () => {
    const later = { ...wide, Sid: "Later", Action: "sts:AssumeRole", Resource: UNKNOWN };
    assert.deepEqual(verdicts(judge(wide, later)), [`${NAME} reader`, `${NAME} reader?`]);
  });
});
