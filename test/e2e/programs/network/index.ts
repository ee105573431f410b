// What another stack has: plain, secret and structured outputs.
import * as pulumi from "@pulumi/pulumi";

export const vpcId = "vpc-1";
export const password = pulumi.secret("correct horse");
export const subnets = [{ id: "subnet-1" }, { id: "subnet-2" }];
