// Tests: test/policypack/invariants/rdsEncryptedAndProtected.test.ts
import type { Match } from "../../../kubernetes";
import type { DatabaseFact, Fact, Parameter, ParameterGroupFact, ResourceReference } from "../../facts";
import type { Field, Unread } from "../../values";

/** How an engine is made to refuse connections without TLS. */
interface Enforcement {
  /** Its parameter, in lower case. */
  readonly parameter: string;
  /** The first version that enforces it where nothing is written; undefined where none does. */
  readonly since: readonly [major: number, minor: number] | undefined;
  /** Whether even the version that AWS takes where none is written enforces it; undefined where that changes with time. */
  readonly newest: boolean | undefined;
}

const FORCE_SSL = "rds.force_ssl";
const SECURE_TRANSPORT = "require_secure_transport";

/**
 * Sources: Amazon RDS user guide, "Requiring an SSL connection to a PostgreSQL DB instance" (on from 15), "Requiring SSL/TLS for all
 * connections to a MySQL DB instance" (on from 9.7, off up to 8.4) and "… to a MariaDB DB instance" (on from 11.8, off up to 11.4), "Using
 * SSL with a Microsoft SQL Server DB instance", "Using SSL/TLS with an Amazon RDS for Db2 DB instance"; Aurora user guide, "Securing Aurora
 * PostgreSQL data with SSL/TLS" (on from 17), "Security with Amazon Aurora MySQL".
 */
const ENFORCEMENT: readonly (readonly [engine: RegExp, how: Enforcement])[] = [
  [/^postgres$/, { parameter: FORCE_SSL, since: [15, 0], newest: true }],
  [/^aurora-postgresql$/, { parameter: FORCE_SSL, since: [17, 0], newest: undefined }],
  [/^mysql$/, { parameter: SECURE_TRANSPORT, since: [9, 7], newest: undefined }],
  [/^mariadb$/, { parameter: SECURE_TRANSPORT, since: [11, 8], newest: undefined }],
  [/^aurora(-mysql)?$/, { parameter: SECURE_TRANSPORT, since: undefined, newest: false }],
  [/^sqlserver-/, { parameter: FORCE_SSL, since: undefined, newest: false }],
  [/^db2-/, { parameter: "db2comm", since: undefined, newest: false }],
];

const ON: readonly string[] = ["1", "on", "true"];
const OFF: readonly string[] = ["0", "off", "false"];

/** The parameters, in lower case, by which engines ask for TLS. */
const TLS_PARAMETERS: ReadonlySet<string> = new Set(ENFORCEMENT.map(([, { parameter }]) => parameter));

/** What a parameter of a group says of TLS: AWS compares its name without case. Undefined for any other parameter. */
export function tlsParameter({ name, value }: Parameter): Match | undefined {
  if (!name.known) return "maybe";
  const own = (name.value ?? "").toLowerCase();
  if (!TLS_PARAMETERS.has(own)) return undefined;
  if (!value.known) return "maybe";
  const text = String(value.value).toLowerCase();
  // Db2 lists protocols: with TCPIP among them, it takes both.
  if (own === "db2comm") return text === "ssl" ? "yes" : "no";
  return ON.includes(text) ? "yes" : OFF.includes(text) ? "no" : "maybe";
}

/** Whether a database refuses connections without TLS, and what says so or keeps it open. */
export type TlsAnswer =
  | { readonly answer: "yes" }
  /** `told`: a parameter group of the stack that turns it off, which is told there. */
  | { readonly answer: "no"; readonly evidence: string; readonly remedy: string; readonly told: boolean }
  | { readonly answer: "maybe"; readonly unread: readonly Unread[] };

/** Judges a database by its engine, its version and its parameter group. */
export function tlsOf(database: DatabaseFact, facts: readonly Fact[]): TlsAnswer {
  const { engine, engineVersion, parameterGroup, inherits } = database;
  if (!engine.known) return { answer: "maybe", unread: [engine] };
  if (engine.value === undefined) {
    return inherits === undefined ? { answer: "yes" } : { answer: "maybe", unread: [inherits] };
  }
  if (engine.value.startsWith("oracle-")) return ofOracle(database);
  const how = ENFORCEMENT.find(([pattern]) => pattern.test(engine.value ?? ""))?.[1];
  if (how === undefined) return { answer: "yes" };
  const byDefault = defaultOf(how, engine.value, engineVersion);
  if (parameterGroup === undefined) return byDefault;
  const group = groupOf(parameterGroup, facts);
  if (group !== undefined) return byGroup(group, byDefault);
  const { id, path } = parameterGroup;
  if (!id.known) return { answer: "maybe", unread: [id] };
  // AWS's own groups hold nothing but defaults.
  if (id.value.startsWith("default.")) return byDefault;
  return { answer: "maybe", unread: [{ known: false, path, because: `${id.value}, another stack's group` }] };
}

function defaultOf(how: Enforcement, engine: string, version: Field<string | undefined>): TlsAnswer {
  const { parameter, since, newest } = how;
  const value = parameter === "db2comm" ? "SSL" : "1";
  const off: TlsAnswer = {
    answer: "no",
    evidence: `engine is ${engine}${version.known && version.value !== undefined ? ` ${version.value}` : ""}, which takes connections without TLS unless ${parameter} says otherwise`,
    remedy: `give it a parameter group with parameters: [{ name: "${parameter}", value: "${value}" }]`,
    told: false,
  };
  if (since === undefined) return off;
  if (!version.known) return { answer: "maybe", unread: [version] };
  if (version.value === undefined) {
    if (newest === true) return { answer: "yes" };
    return {
      answer: "maybe",
      unread: [{ known: false, path: "engineVersion", because: "absent: AWS chooses it" }],
    };
  }
  const [major = 0, minor] = version.value.split(".").map(Number);
  if (major !== since[0]) return major > since[0] ? { answer: "yes" } : off;
  if (since[1] === 0 || (minor ?? 0) >= since[1]) return { answer: "yes" };
  return off;
}

/** Oracle has no parameter for it: its option for native encryption may ask for it. Source: RDS user guide, "Oracle native network encryption". */
const ofOracle = ({ optionGroup }: DatabaseFact): TlsAnswer =>
  optionGroup === undefined
    ? {
        answer: "no",
        evidence: "engine is Oracle, and without an option group it takes connections without encryption",
        remedy:
          "give it an option group with NATIVE_NETWORK_ENCRYPTION and SQLNET.ENCRYPTION_SERVER set to REQUIRED",
        told: false,
      }
    : {
        answer: "maybe",
        unread: [{ known: false, path: optionGroup, because: "what its option group asks for" }],
      };

function byGroup(group: ParameterGroupFact, byDefault: TlsAnswer): TlsAnswer {
  const { parameters, title } = group;
  if (!parameters.known) return { answer: "maybe", unread: [parameters] };
  const said = parameters.value.flatMap((parameter) => tlsParameter(parameter) ?? []);
  if (said.includes("no")) return { answer: "no", evidence: `${title} turns it off`, remedy: "", told: true };
  const unread = parameters.value.flatMap((parameter) =>
    tlsParameter(parameter) === "maybe"
      ? [parameter.name, parameter.value].flatMap((field) =>
          field.known ? [] : [{ ...field, path: `${title} ${field.path}` }],
        )
      : [],
  );
  if (unread.length > 0) return { answer: "maybe", unread };
  if (said.includes("yes")) return { answer: "yes" };
  if (byDefault.answer !== "no") return byDefault;
  return { ...byDefault, evidence: `${byDefault.evidence}, and ${title} doesn't` };
}

/** The parameter group of the stack that a reference is to: by its name, or by what the reference was made from. */
function groupOf({ id, from }: ResourceReference, facts: readonly Fact[]): ParameterGroupFact | undefined {
  const groups = facts.filter((fact) => fact.kind === "ParameterGroup");
  const named = id.known ? groups.filter(({ name }) => name.known && name.value === id.value) : [];
  if (named[0] !== undefined) return named[0];
  const [made, ...others] = groups.filter(({ subject }) => from?.includes(subject.urn));
  return others.length === 0 ? made : undefined;
}
