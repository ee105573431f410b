import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import * as pulumi from "@pulumi/pulumi";
import { mergeReasons, type Ownership, tagsOf } from "../../compile/aws";
import { GroupIds } from "./groupIds";
import { type NewDatabase, newDatabase } from "./newDatabase";
import { registerGroup } from "./registerRules";
import type { ProgramDatabase } from "./sources";

/** Whom a database admits, where nothing else registers the rule. */
export interface DatabaseClient {
  /** Shapes the rule's name: the workload's. */
  readonly name: string;
  /** The workload's security group ("sg-…"). */
  readonly groupId: pulumi.Input<string>;
  /** Why: the rule's description. */
  readonly because: string;
}

/** What `DatabaseAccess` takes. */
export interface DatabaseAccessArgs {
  /** The name that the application declares. */
  readonly database: string;
  /** As AWS spells it: "postgres", "aurora-mysql". */
  readonly engine: string;
  /** Where it listens: a TCP port, 1 to 65535. */
  readonly port: number;
  /** The VPC of the group that is made ("vpc-…"). */
  readonly vpcId: pulumi.Input<string>;
  /** The database: one that exists, or one that is made. */
  readonly source: ProgramDatabase;
  /** Whose it is: tags, and in uat and prod its protection. */
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
 * protected in uat and prod. Give it an AWS provider.
 *
 * @throws Error for an engine or version that no new database is made of.
 *
 * @example
 * ```ts
 * import { SecurityGroup } from "@pulumi/aws/ec2";
 * import { DatabaseAccess } from "pulumi-palisade/aws";
 *
 * const vpcId = "vpc-0a1b2c3d4e5f67890";
 * const api = new SecurityGroup("api", { vpcId });
 * export const { groupId } = new DatabaseAccess("orders", {
 *   database: "orders",
 *   engine: "postgres",
 *   port: 5432,
 *   vpcId,
 *   source: { kind: "existing", identifier: "orders", group: { kind: "to-attach" } },
 *   ownership: { application: "shop", owner: "shop-team", environment: "prod" },
 *   clients: [{ name: "api", groupId: api.id, because: "orders are kept there" }],
 * });
 * ```
 */
export class DatabaseAccess extends pulumi.ComponentResource {
  /** Pulumi's type token. */
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
