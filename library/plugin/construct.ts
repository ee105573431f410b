import * as pulumi from "@pulumi/pulumi";
import type { ConstructResult } from "@pulumi/pulumi/provider";
import { withoutStackTraceForInputErrors } from "../../components";
import { onAws } from "../../components/aws";
import { readStack } from "../../config";
import { applicationFromData, type DeclaredApplication } from "../../flows";
import { atPath, inputError, PalisadeInputError, type Problem, quote, throwProblems } from "../../problems";
import { provisionStack } from "../provisionStack";
import { plainInputs } from "./plainInputs";
import { INPUTS, TYPE } from "./schema";

/**
 * Makes the component that a program in another language declares: reads its inputs as a stack's config and its applications are read, and
 * registers what a TypeScript program of the same would, under the component.
 *
 * @throws pulumi.RunError whose message is every mistake of the inputs, each at its place and with its remedy
 */
export function construct(
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<ConstructResult> {
  return withoutStackTraceForInputErrors(async () => {
    if (type !== TYPE)
      throw inputError([], `there is no resource ${type} in this package`, `It has ${TYPE} only`);
    checkProviders(options);
    const given = await plainInputs(inputs);
    checkKeys(given);
    const stack = inInputs(() => readStack(configOf(given), () => readApplications(given["applications"])));
    const component = new pulumi.ComponentResource(TYPE, name, {}, options);
    const aws = onAws(component);
    const state = await provisionStack(stack, () => aws, component);
    return { urn: component.urn, state: { ...state } };
  });
}

/** Each cluster says how it is reached; a provider that is given beside it would be ignored. */
function checkProviders({ providers }: pulumi.ComponentResourceOptions): void {
  const given = Object.keys(providers ?? {}).filter((name) => name === "kubernetes" || name === "aws");
  throwProblems(
    given.map((name) => ({
      place: atPath("providers", name),
      message: "isn't used: each cluster has a provider of its own, for its context or its account",
      remedy: "Leave it out, and say in clusters how each is reached",
    })),
  );
}

function checkKeys(given: Readonly<Record<string, unknown>>): void {
  throwProblems(
    Object.keys(given)
      .filter((key) => !INPUTS.includes(key))
      .map((key) => ({
        place: atPath(key),
        message: "isn't an input",
        remedy: `Write ${INPUTS.join(", ")}`,
      })),
  );
}

/** What each input is called where a stack's config says it. */
const IN_CONFIG = {
  environment: "palisade:environment",
  clusters: "palisade:clusters",
  only: "palisade:applications",
};

/** The inputs as a stack's config, structures as JSON. */
function configOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(IN_CONFIG).flatMap(([input, key]) => {
      const value = given[input];
      if (value === undefined || value === null) return [];
      if (input !== "environment" && !Array.isArray(value))
        throw inputError(atPath(input), `${quote(value)} isn't a list`, "Write a list");
      return [[key, typeof value === "string" ? value : JSON.stringify(value)]];
    }),
  );
}

/** @throws PalisadeInputError with every problem of every application */
function readApplications(data: unknown): DeclaredApplication[] {
  if (!Array.isArray(data))
    throw inputError(
      atPath("applications"),
      data === undefined ? "is missing" : "isn't a list",
      "List the applications",
    );
  const problems: Problem[] = [];
  const read = data.flatMap((each: unknown) => {
    try {
      return [applicationFromData(each)];
    } catch (error) {
      if (!(error instanceof PalisadeInputError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  throwProblems(problems);
  return read;
}

/** Runs what reads the config; its problems name the inputs. */
function inInputs<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    const [first, ...others] = error.problems;
    throw new PalisadeInputError([asInput(first), ...others.map(asInput)], error.kind);
  }
}

function asInput(problem: Problem): Problem {
  const [first, ...inner] = problem.place;
  if (first?.kind !== "path") return problem;
  const [key, ...path] = first.path;
  const input = Object.entries(IN_CONFIG).find(([, inConfig]) => inConfig === key)?.[0] ?? key;
  return input === undefined ? problem : { ...problem, place: [...atPath(input, ...path), ...inner] };
}
