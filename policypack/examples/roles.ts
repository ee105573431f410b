// Tests: test/policypack/examples.test.ts
import { aws, type Examples } from "./example";

const PROVIDER = "oidc.eks.eu-central-1.amazonaws.com/id/0A1B2C3D";
const trust = (Condition: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${PROVIDER}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition,
      },
    ],
  });
const permissions = (Resource: string) =>
  aws("iam/rolePolicy:RolePolicy", "reader", {
    role: "reader",
    policy: {
      Version: "2012-10-17",
      Statement: [{ Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource }],
    },
  });

/** Examples of the policies about IAM. */
export const ROLE_EXAMPLES: Readonly<Record<string, Examples>> = {
  "role-trust-narrow": {
    violating: [aws("iam/role:Role", "reader", { name: "reader", assumeRolePolicy: trust({}) })],
    complying: [
      aws("iam/role:Role", "reader", {
        name: "reader",
        assumeRolePolicy: trust({
          StringEquals: { [`${PROVIDER}:sub`]: "system:serviceaccount:shop:reader" },
        }),
      }),
    ],
  },
  "role-permissions-narrow": {
    violating: [permissions("*")],
    complying: [permissions("arn:aws:s3:::documents/*")],
    config: {},
  },
};
