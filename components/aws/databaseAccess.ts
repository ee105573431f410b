import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { type DatabaseSource, mergeReasons, type Ownership, tagsOf } from "../../compile/aws";
import { GroupIds } from "./groupIds";
import { type NewDatabase, newDatabase } from "./newDatabase";
import { registerGroup } from "./registerRules";

/** Whom a database admits, where nothing else registers the rule. */
export interface DatabaseClient {
  /** Shapes the rule's name: the workload's. */
  readonly name: string;
  readonly groupId: pulumi.Input<string>;
  readonly because: string;
}

/** What `DatabaseAccess` takes. */
export interface DatabaseAccessArgs {
  /** The name that the application declares. */
  readonly database: string;
  readonly engine: string;
  readonly port: number;
  readonly vpcId: pulumi.Input<string>;
  readonly source: DatabaseSource;
  readonly ownership: Ownership;
  /** Where the made group's id is said; one of its own if absent. */
  readonly ids?: GroupIds;
  /** Used alone: the groups to admit. `WorkloadSecurityGroups` registers both ends of its pairs itself. */
  readonly clients?: readonly DatabaseClient[];
}

/**
 * A database that security groups of named workloads reach, and nothing by address. One that exists keeps its owner's
 * group, with our rules added, or gets a new group for its owner to attach. A new one is private, encrypted, backed up,
 * TLS only, with IAM authentication and a master password that only Secrets Manager knows; deletion-protected and
 * protected in uat and prod.
 */
export class DatabaseAccess extends pulumi.ComponentResource {
  static readonly type = "palisade:index:DatabaseAccess";
  /** The group that admits the workloads'. */
  readonly groupId: pulumi.Output<string>;
  /** What `rds-db:connect` names; absent where the config of an existing one doesn't say. */
  readonly resourceId: pulumi.Output<string> | undefined;
  /** The secret with its password. */
  readonly secretArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: DatabaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super(DatabaseAccess.type, name, {}, opts);
    const { source, database, ownership, ids = new GroupIds() } = args;
    const given =
      source.kind === "existing" && source.group.kind === "given" ? source.group.group.id : undefined;
    const made =
      given === undefined
        ? registerGroup(
            { kind: "database", application: ownership.application, database },
            {
              vpcId: args.vpcId,
              what: `database ${database} of ${ownership.application} (${ownership.environment})`,
              tag: `${ownership.application}-${ownership.environment}-db-${database}`,
            },
            { name, parent: this, ids, tags: (tag) => tagsOf(ownership, tag) },
          )
        : undefined;
    this.groupId = made === undefined ? pulumi.output(given ?? "") : made.id;
    for (const client of args.clients ?? []) this.admit(name, client, args);
    const { resourceId, secretArn } = this.make(name, args);
    this.resourceId = resourceId;
    this.secretArn = secretArn;
    this.registerOutputs({
      groupId: this.groupId,
      // Known in a preview, where ids aren't yet.
      ...(made === undefined ? {} : { groups: { [database]: made.urn } }),
      resourceId: this.resourceId,
      secretArn: this.secretArn,
    });
  }

  private admit(name: string, client: DatabaseClient, { port, ownership }: DatabaseAccessArgs): void {
    new SecurityGroupIngressRule(
      `${name}/from-${client.name}`,
      {
        securityGroupId: this.groupId,
        referencedSecurityGroupId: client.groupId,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description: mergeReasons([client.because]),
        tags: tagsOf(ownership),
      },
      { parent: this },
    );
  }

  private make(name: string, args: DatabaseAccessArgs): Partial<NewDatabase> {
    const { source, engine, port, ownership } = args;
    if (source.kind === "new") {
      return newDatabase(name, { source, engine, port, ownership, groupId: this.groupId }, this);
    }
    const { resourceId, secretArn } = source;
    return {
      ...(resourceId === undefined ? {} : { resourceId: pulumi.output(resourceId) }),
      ...(secretArn === undefined ? {} : { secretArn: pulumi.output(secretArn) }),
    };
  }
}
