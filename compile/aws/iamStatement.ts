/** What a statement is about: an ARN, or one that only exists once its database does. */
export type StatementResource =
  | { readonly kind: "arn"; readonly arn: string }
  /** The database user as which a role may log in. */
  | { readonly kind: "database-user"; readonly database: string; readonly user: string }
  /** The secret with a database's password. */
  | { readonly kind: "database-secret"; readonly database: string };

/** Operator → condition key → values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** One IAM statement that allows. Actions are never wildcards. */
export interface AllowStatement {
  readonly actions: readonly string[];
  readonly resources: readonly StatementResource[];
  readonly condition?: Condition;
}

/** A policy document as AWS reads it. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Condition;
}

export const policyDocument = (statements: readonly PolicyStatement[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});
