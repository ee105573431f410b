import { provisionSite } from "../../../components/aws/provision";
import type { Cluster, Placement } from "../../../compile/cluster";
import { IsolatedApplication } from "../../../components/isolatedApplication";
import type { Application } from "../../../flows/model";
import { record } from "../recorded";
import { site } from "../../compile/aws/lab";

/** Provisions an application as a stack does, on mocks. */
export const provisioned = (application: Application, cluster: Cluster, placed: Placement) =>
  record(
    () => {
      const aws = provisionSite(
        "lab",
        site(application, cluster, placed),
        { environment: placed.environment, owner: "platform" },
        {},
      ).get("shop");
      new IsolatedApplication("lab/shop", {
        application,
        placement: placed,
        cluster,
        ...(aws === undefined ? {} : { aws }),
      });
    },
    (type, name) => ({
      ...(type === "aws:rds/cluster:Cluster"
        ? { clusterResourceId: "cluster-NEW", masterUserSecrets: [{ secretArn: `arn:secret:${name}` }] }
        : {}),
      ...(type === "aws:rds/instance:Instance"
        ? { resourceId: "db-NEW", masterUserSecrets: [{ secretArn: `arn:secret:${name}` }] }
        : {}),
      ...(type.includes("Group:") && type.startsWith("aws:rds/")
        ? { name: `${type.split(":")[2] ?? ""}-of-${name}` }
        : {}),
      ...(type === "aws:iam/role:Role" ? { arn: `arn:${name}` } : {}),
    }),
  );
