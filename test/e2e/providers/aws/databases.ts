import * as rds from "@aws-sdk/client-rds";
import type { Values } from "../values";
import { flag, found, number, required, tagList, text, texts, type Kind } from "./kind";

export const subnetGroup: Kind = {
  replaces: ["name", "namePrefix"],
  autonamed: "name",
  tagged: true,

  async create(aws, inputs) {
    const id = required(inputs, "name");
    await aws.rds.send(
      new rds.CreateDBSubnetGroupCommand({
        DBSubnetGroupName: id,
        DBSubnetGroupDescription: text(inputs["description"]) ?? "Managed by Pulumi",
        SubnetIds: texts(inputs["subnetIds"]),
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id, outputs: inputs };
  },

  async update(aws, { id }, inputs) {
    const SubnetIds = texts(inputs["subnetIds"]);
    await aws.rds.send(new rds.ModifyDBSubnetGroupCommand({ DBSubnetGroupName: id, SubnetIds }));
    return inputs;
  },

  async read(aws, id, outputs) {
    const asked = new rds.DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: id });
    const answer = await found(() => aws.rds.send(asked));
    return answer?.DBSubnetGroups?.[0] === undefined ? undefined : outputs;
  },

  async remove(aws, { id }) {
    await found(() => aws.rds.send(new rds.DeleteDBSubnetGroupCommand({ DBSubnetGroupName: id })));
  },
};

export const parameterGroup: Kind = {
  replaces: ["name", "namePrefix", "family", "description"],
  autonamed: "name",
  tagged: true,

  async create(aws, inputs) {
    const id = required(inputs, "name");
    await aws.rds.send(
      new rds.CreateDBParameterGroupCommand({
        DBParameterGroupName: id,
        DBParameterGroupFamily: required(inputs, "family"),
        Description: text(inputs["description"]) ?? "Managed by Pulumi",
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id, outputs: await this.update(aws, { id, outputs: {} }, inputs, {}) };
  },

  async update(aws, { id }, inputs) {
    const list = Array.isArray(inputs["parameters"]) ? (inputs["parameters"] as readonly Values[]) : [];
    const Parameters = list.map((each) => ({
      ParameterName: required(each, "name"),
      ParameterValue: required(each, "value"),
      ApplyMethod: (text(each["applyMethod"]) ?? "immediate") as rds.ApplyMethod,
    }));
    if (Parameters.length > 0) {
      await aws.rds.send(new rds.ModifyDBParameterGroupCommand({ DBParameterGroupName: id, Parameters }));
    }
    return inputs;
  },

  async read(aws, id, outputs) {
    const asked = new rds.DescribeDBParameterGroupsCommand({ DBParameterGroupName: id });
    const answer = await found(() => aws.rds.send(asked));
    return answer?.DBParameterGroups?.[0] === undefined ? undefined : outputs;
  },

  async remove(aws, { id }) {
    await found(() => aws.rds.send(new rds.DeleteDBParameterGroupCommand({ DBParameterGroupName: id })));
  },
};

export const instance: Kind = {
  replaces: ["identifier", "identifierPrefix", "engine", "username", "dbSubnetGroupName", "storageEncrypted"],
  autonamed: "identifier",
  tagged: true,

  async create(aws, inputs) {
    const id = required(inputs, "identifier");
    await aws.rds.send(
      new rds.CreateDBInstanceCommand({
        DBInstanceIdentifier: id,
        DBInstanceClass: required(inputs, "instanceClass"),
        Engine: required(inputs, "engine"),
        EngineVersion: text(inputs["engineVersion"]),
        Port: number(inputs["port"]),
        AllocatedStorage: number(inputs["allocatedStorage"]),
        MasterUsername: text(inputs["username"]),
        ManageMasterUserPassword: flag(inputs["manageMasterUserPassword"]),
        DBSubnetGroupName: text(inputs["dbSubnetGroupName"]),
        DBParameterGroupName: text(inputs["parameterGroupName"]),
        VpcSecurityGroupIds: texts(inputs["vpcSecurityGroupIds"]),
        StorageEncrypted: flag(inputs["storageEncrypted"]),
        EnableIAMDatabaseAuthentication: flag(inputs["iamDatabaseAuthenticationEnabled"]),
        DeletionProtection: flag(inputs["deletionProtection"]),
        PubliclyAccessible: flag(inputs["publiclyAccessible"]),
        MultiAZ: flag(inputs["multiAz"]),
        BackupRetentionPeriod: number(inputs["backupRetentionPeriod"]),
        Tags: tagList(inputs["tags"]),
      }),
    );
    return { id, outputs: (await this.read(aws, id, inputs)) ?? inputs };
  },

  async update(aws, { id }, inputs) {
    await aws.rds.send(
      new rds.ModifyDBInstanceCommand({
        DBInstanceIdentifier: id,
        VpcSecurityGroupIds: texts(inputs["vpcSecurityGroupIds"]),
        DBInstanceClass: text(inputs["instanceClass"]),
        AllocatedStorage: number(inputs["allocatedStorage"]),
        DeletionProtection: flag(inputs["deletionProtection"]),
        BackupRetentionPeriod: number(inputs["backupRetentionPeriod"]),
        ApplyImmediately: true,
      }),
    );
    return (await this.read(aws, id, inputs)) ?? inputs;
  },

  async read(aws, id, outputs) {
    const asked = new rds.DescribeDBInstancesCommand({ DBInstanceIdentifier: id });
    const answer = await found(() => aws.rds.send(asked));
    const [live] = answer?.DBInstances ?? [];
    if (live === undefined) return undefined;
    const secret = live.MasterUserSecret;
    return {
      ...outputs,
      vpcSecurityGroupIds: (live.VpcSecurityGroups ?? []).map((each) => each.VpcSecurityGroupId ?? ""),
      ...{ instanceClass: live.DBInstanceClass, allocatedStorage: live.AllocatedStorage },
      ...{ deletionProtection: live.DeletionProtection, backupRetentionPeriod: live.BackupRetentionPeriod },
      arn: live.DBInstanceArn,
      resourceId: live.DbiResourceId,
      address: live.Endpoint?.Address,
      endpoint: `${live.Endpoint?.Address ?? ""}:${live.Endpoint?.Port ?? 0}`,
      ...(secret === undefined ? {} : { masterUserSecrets: [{ secretArn: secret.SecretArn }] }),
    };
  },

  async remove(aws, { id, outputs }) {
    const SkipFinalSnapshot = flag(outputs["skipFinalSnapshot"]) ?? false;
    await found(() =>
      aws.rds.send(
        new rds.DeleteDBInstanceCommand({
          DBInstanceIdentifier: id,
          SkipFinalSnapshot,
          ...(SkipFinalSnapshot
            ? {}
            : { FinalDBSnapshotIdentifier: text(outputs["finalSnapshotIdentifier"]) }),
        }),
      ),
    );
  },
};
