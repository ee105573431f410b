// Violations of policies, some of them exempted beside the resource; and a policy document that is a secret.
import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { exempt } from "../../../../library";

const terms = { until: "2035-12-31", reason: "reads interfaces", owner: "team-platform" };
const labels = { app: "agent" };

const agents = new k8s.core.v1.Namespace("agents", { metadata: { name: "agents" } });

const daemon = (name: string, options: pulumi.CustomResourceOptions = {}, annotations = {}) =>
  new k8s.apps.v1.DaemonSet(
    name,
    {
      metadata: { name, namespace: "agents", annotations },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { hostNetwork: true, containers: [{ name: "agent", image: "agent:1" }] },
        },
      },
    },
    { ...options, dependsOn: agents },
  );

daemon("open");
daemon("exempted", exempt({ policy: "workload-no-host-network", ...terms }));
daemon("annotated", {}, { "exempt.palisade.dev/workload-no-host-network": JSON.stringify(terms) });
// The configuration lets no code exempt from this policy.
const group = new aws.ec2.SecurityGroup(
  "group",
  { name: "exempt", description: "a group", vpcId: new pulumi.Config().require("vpc") },
  exempt({ policy: "security-group-no-world-ingress", ...terms }),
);
new aws.vpc.SecurityGroupIngressRule("world", {
  securityGroupId: group.id,
  ...{ cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 22, toPort: 22, description: "a rule" },
});
const bucket = new aws.s3.Bucket("bucket", { bucket: "exempt-bucket" });
new aws.s3.BucketPolicy("secret", {
  bucket: bucket.id,
  policy: pulumi.secret(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::exempt-bucket/*" },
      ],
    }),
  ),
});
