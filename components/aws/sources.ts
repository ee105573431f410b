// Tests: test/components/aws/lives.test.ts
import type * as pulumi from "@pulumi/pulumi";
import type { BucketSource, DatabaseGroup, DatabaseSource } from "../../compile/aws";

/** A security group of another owner, as a program has it. */
export interface ProgramGroup {
  /** "sg-…"; may be computed. */
  readonly id: pulumi.Input<string>;
}

/**
 * A database as a program has it: {@link DatabaseSource}, in which what only passes through may be computed (the subnets' ids, the group's, the key's ARN).
 * What shapes which resources there are is plain.
 */
export type ProgramDatabase =
  | (Omit<Extract<DatabaseSource, { readonly kind: "new" }>, "subnetIds" | "kmsKeyArn"> & {
      /** Ids of the private subnets that it is in: two at least, in different zones. */
      readonly subnetIds: readonly pulumi.Input<string>[];
      /** Absent: the account's default key for RDS. */
      readonly kmsKeyArn?: pulumi.Input<string>;
    })
  | (Omit<Extract<DatabaseSource, { readonly kind: "existing" }>, "group" | "resourceId" | "secretArn"> & {
      readonly group:
        | Exclude<DatabaseGroup, { readonly kind: "given" }>
        | { readonly kind: "given"; readonly group: ProgramGroup };
      /** "db-ABC…" or "cluster-ABC…": what `rds-db:connect` names. */
      readonly resourceId?: pulumi.Input<string>;
      /** ARN of the secret with its password. */
      readonly secretArn?: pulumi.Input<string>;
    });

/** A bucket as a program has it: {@link BucketSource}, whose name and key's ARN may be computed. */
export type ProgramBucket =
  | {
      readonly kind: "new";
      readonly bucketName: pulumi.Input<string>;
      /** ARN of the KMS key that encrypts it. Absent: AES256 with S3's own keys. */
      readonly kmsKeyArn?: pulumi.Input<string>;
    }
  | (Omit<Extract<BucketSource, { readonly kind: "existing" }>, "bucketName" | "kmsKeyArn"> & {
      readonly bucketName: pulumi.Input<string>;
      /** ARN of the KMS key that encrypts it. */
      readonly kmsKeyArn?: pulumi.Input<string>;
    });
