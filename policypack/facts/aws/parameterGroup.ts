import { describe } from "../subject";
import type { Cursor, Field } from "../../values";
import { type AwsSubject, property } from "./subject";

/** The parameters of databases: an RDS instance's or a cluster's. */
export interface ParameterGroupFact {
  readonly kind: "ParameterGroup";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Undefined where Pulumi chooses it. */
  readonly name: Field<string | undefined>;
  readonly parameters: Field<readonly Parameter[]>;
}

export interface Parameter {
  readonly path: string;
  readonly name: Field<string | undefined>;
  readonly value: Field<string | number | undefined>;
}

/** Reads an `aws.rds.ParameterGroup` or `ClusterParameterGroup`. */
export function readParameterGroup(subject: AwsSubject): ParameterGroupFact {
  const parameters = property(subject, "parameters").list();
  return {
    kind: "ParameterGroup",
    subject,
    title: describe("RDS parameter group", [property(subject, "name").text()], subject),
    name: property(subject, "name").text(),
    parameters: parameters.known
      ? { known: true, value: (parameters.value ?? []).map(readParameter) }
      : parameters,
  };
}

const readParameter = (place: Cursor): Parameter => ({
  path: place.path,
  name: place.at("name").text(),
  value: place.at("value").integerOrText(),
});
