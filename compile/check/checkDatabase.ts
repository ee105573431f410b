import { below, type Place, type Problem, quote } from "../../problems";
import { validBlocks } from "../addresses";
import { NEW_DATABASE_ENGINES, engineSupport } from "../aws/databasePlan";
import type { AwsPlacement } from "../aws/network";
import type { AwsCluster, Site, Tenant } from "../site";

/** What is wrong with where one database is, what it is and how pods log in. */
export function checkDatabase(name: string, tenant: Tenant, { cluster }: Site, at: Place): Problem[] {
  const place = below(at, "databases", name);
  const { engine } = tenant.application.databases[name] ?? { engine: "" };
  const used = tenant.application.flows.some(({ to }) => to.kind === "database" && to.database === name);
  if (!used) return [];
  const problems: Problem[] = [];
  const given = tenant.aws.databases[name];
  const subnets = tenant.placement.databases[name]?.subnetCidrs ?? [];
  if (given === undefined || subnets.length === 0) {
    problems.push({
      place,
      message: "a flow leads to it, but nothing says where it is",
      remedy: "Give its subnetCidrs, its source (existing or new) and its credentials",
    });
    return problems;
  }
  if (
    validBlocks(subnets)
      .toCidrs()
      .every(({ family }) => family === 6)
  ) {
    problems.push({
      place: below(place, "subnetCidrs"),
      message: `${subnets.join(", ")} are IPv6 only, and RDS runs in IPv4 or dual-stack subnets`,
      remedy: "Give the subnets' IPv4 CIDRs too",
    });
  }
  const { source } = given;
  if (source.kind === "new") problems.push(...checkNewDatabase(place, engine, source));
  problems.push(...checkCredentials(place, given, cluster));
  return problems;
}

function checkNewDatabase(
  place: Place,
  engine: string,
  source: { readonly engineVersion: string; readonly subnetIds: readonly string[] },
): Problem[] {
  const problems: Problem[] = [];
  const support = engineSupport(engine);
  if (support === undefined) {
    problems.push({
      place: below(place, "source"),
      message: `palisade doesn't make ${engine} databases: the engine doesn't offer both IAM authentication and a parameter that enforces TLS`,
      remedy: `Use an existing one, or one of ${NEW_DATABASE_ENGINES.join(", ")}`,
    });
  } else if (support.family(source.engineVersion) === undefined) {
    problems.push({
      place: below(place, "source", "engineVersion"),
      message: `${quote(source.engineVersion)} isn't a version of ${engine}`,
      remedy: "Write it as AWS does, such as 16.4 or 8.0.39",
    });
  }
  if (source.subnetIds.length < 2) {
    problems.push({
      place: below(place, "source", "subnetIds"),
      message: `${source.subnetIds.length} subnets, but a subnet group needs two, in two availability zones`,
      remedy: "Give at least two private subnets",
    });
  }
  return problems;
}

function checkCredentials(
  place: Place,
  { source, credentials }: AwsPlacement["databases"][string],
  cluster: AwsCluster,
): Problem[] {
  const problems: Problem[] = [];
  if (source.kind === "existing" && credentials.kind === "iam" && source.resourceId === undefined) {
    problems.push({
      place: below(place, "source", "resourceId"),
      message: "IAM authentication names the database by its resource id, which is missing",
      remedy: "Give resourceId (db-… or cluster-…), or credentials: { kind: secret }",
    });
  }
  if (credentials.kind === "secret") {
    if (source.kind === "existing" && source.secretArn === undefined) {
      problems.push({
        place: below(place, "source", "secretArn"),
        message: "the password is in a secret, but nothing says in which one",
        remedy: "Give secretArn, or credentials: { kind: iam, user: … }",
      });
    }
    if (cluster.aws.endpoints.secretsManager === undefined) {
      problems.push({
        place,
        message: `its password is read from Secrets Manager, but cluster ${cluster.name} has no endpoint for it`,
        remedy: "Give aws.endpoints.secretsManager, or credentials: { kind: iam, user: … }",
      });
    }
  }
  return problems;
}
