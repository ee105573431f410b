import { crc32 } from "node:zlib";
import { isMap } from "../../data";
import type { Value, ValueMap } from "../values";
import { documentOf, type StatementModel, type DocumentModel } from "./policyModel";

/**
 * `aws.iam.getPolicyDocument`, as the provider makes it (terraform-provider-aws, internal/service/iam: policy_document_data_source.go,
 * policy_model.go): source documents first, then the statements of the arguments, then overriding documents; a statement
 * replaces an earlier one of its Sid. Throws Error in the provider's words for what it refuses.
 */
export function policyDocument(args: ValueMap): ValueMap {
  const merged: DocumentModel = { Version: "", Id: "", Statement: [] };
  const seen = new Set<string>();
  for (const [index, source] of documentsOf(args["sourcePolicyDocuments"], "source")) {
    for (const [at, { Sid }] of source.Statement.entries()) {
      if (seen.has(Sid) && Sid !== "") {
        throw new Error(
          `merging source document ${index}: duplicate Sid (${Sid}) in source_policy_documents (statement ${at}). Remove the Sid or ensure Sids are unique.`,
        );
      }
      seen.add(Sid);
    }
    merge(merged, source);
  }
  const version = text(args["version"]) || "2012-10-17";
  merge(merged, { Version: version, Id: text(args["policyId"]), Statement: statementsOf(args, version) });
  for (const [, source] of documentsOf(args["overridePolicyDocuments"], "override")) merge(merged, source);
  const document = inOrder(merged);
  const json = escaped(JSON.stringify(document, undefined, 2));
  return {
    ...args,
    version,
    id: String(crc32(json)),
    json,
    minifiedJson: escaped(JSON.stringify(document)),
  };
}

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const list = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);
const texts = (value: Value | undefined): string[] => list(value).map((item) => text(item));
const maps = (value: Value | undefined): readonly ValueMap[] => list(value).filter(isMap) as ValueMap[];

function documentsOf(value: Value | undefined, kind: string): [number, DocumentModel][] {
  return [...list(value).entries()]
    .filter(([, json]) => json !== null)
    .map(([index, json]) => {
      try {
        return [index, documentOf(JSON.parse(text(json)))];
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`merging ${kind} document ${index}: ${reason}`, { cause: error });
      }
    });
}

/** Later documents upgrade the version, give the Id, and replace statements of the same Sid where they stand. */
function merge(into: DocumentModel, { Version, Id, Statement }: DocumentModel): void {
  if (Id !== "") into.Id = Id;
  if (Version > into.Version) into.Version = Version;
  for (const statement of Statement) {
    const at = statement.Sid === "" ? -1 : into.Statement.findIndex(({ Sid }) => Sid === statement.Sid);
    if (at < 0) into.Statement.push(statement);
    else into.Statement[at] = statement;
  }
}

function statementsOf(args: ValueMap, version: string): StatementModel[] {
  const sids = new Set<string>();
  return maps(args["statements"]).map((given) => {
    const Sid = text(given["sid"]);
    if (Sid !== "" && sids.has(Sid)) {
      throw new Error(`duplicate Sid (${Sid}). Remove the Sid or ensure the Sid is unique.`);
    }
    sids.add(Sid);
    const variables = (values: readonly string[]): string[] =>
      values.map((value) => replaced(value, version));
    return {
      Sid,
      Effect: text(given["effect"]) || "Allow",
      Action: single(texts(given["actions"])),
      NotAction: single(texts(given["notActions"])),
      Resource: single(variables(texts(given["resources"]))),
      NotResource: single(variables(texts(given["notResources"]))),
      Principal: principalsOf(given["principals"], variables),
      NotPrincipal: principalsOf(given["notPrincipals"], variables),
      Condition: maps(given["conditions"]).map((condition) => ({
        test: text(condition["test"]),
        variable: text(condition["variable"]),
        values: variables(texts(condition["values"])),
      })),
    };
  });
}

const principalsOf = (value: Value | undefined, variables: (values: string[]) => string[]) =>
  maps(value).map((principal) => {
    const identifiers = variables([...new Set(texts(principal["identifiers"]))]);
    return { type: text(principal["type"]), identifiers: single(identifiers) ?? [] };
  });

/** `&{` stands for `${`, which other tools would fill in; the old version has no variables. */
function replaced(value: string, version: string): string {
  if (version === "2008-10-17" && value.includes("&{")) {
    throw new Error(`found &{ sequence in (${value}), which is not supported in document version 2008-10-17`);
  }
  return value.replaceAll("&{", "${");
}

/** Absent for none, the text for one; several are a set, which comes sorted backwards. */
function single(values: readonly string[]): string | string[] | undefined {
  const set = [...new Set(values)];
  return set.length === 0 ? undefined : set.length === 1 ? set[0] : set.sort().reverse();
}

/** The document as JSON has it: fields in the provider's order, empty ones left out. */
function inOrder({ Version, Id, Statement }: DocumentModel): object {
  const statements = Statement.map((one) => ({
    ...(one.Sid === "" ? {} : { Sid: one.Sid }),
    ...(one.Effect === "" ? {} : { Effect: one.Effect }),
    Action: one.Action,
    NotAction: one.NotAction,
    Resource: one.Resource,
    NotResource: one.NotResource,
    Principal: principalJson(one.Principal),
    NotPrincipal: principalJson(one.NotPrincipal),
    Condition: conditionJson(one.Condition),
  }));
  return {
    ...(Version === "" ? {} : { Version }),
    ...(Id === "" ? {} : { Id }),
    ...(statements.length === 0 ? {} : { Statement: statements }),
  };
}

/** Only `{ "*": "*" }` becomes `"*"`: to a role's trust policy `{ "AWS": "*" }` isn't the same. */
function principalJson(principals: StatementModel["Principal"]): Value | undefined {
  const [first, ...others] = principals;
  if (first === undefined) return undefined;
  const isAnyone = first.type === "*" && [first.identifiers].flat().join() === "*";
  if (isAnyone && others.length === 0) return "*";
  const byType = new Map<string, string | string[]>();
  for (const { type, identifiers } of principals) {
    const before = byType.get(type);
    const sorted = typeof identifiers === "string" ? identifiers : [...identifiers].sort().reverse();
    byType.set(type, before === undefined ? sorted : [before, sorted].flat());
  }
  return sortedMap([...byType]);
}

function conditionJson(conditions: StatementModel["Condition"]): Value | undefined {
  if (conditions.length === 0) return undefined;
  const byTest = new Map<string, Map<string, string[]>>();
  for (const { test, variable, values } of conditions) {
    const variables = byTest.get(test) ?? new Map<string, string[]>();
    byTest.set(test, variables.set(variable, [...(variables.get(variable) ?? []), ...values]));
  }
  const flat = (values: string[]): Value => (values.length === 1 ? (values[0] ?? "") : values);
  return sortedMap(
    [...byTest].map(([test, variables]) => [
      test,
      sortedMap([...variables].map(([variable, values]) => [variable, flat(values)])),
    ]),
  );
}

const sortedMap = (entries: readonly (readonly [string, Value])[]): ValueMap =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** Go's encoder escapes what HTML would read, and two line ends that JavaScript once did. */
const escaped = (json: string): string =>
  json.replaceAll(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
