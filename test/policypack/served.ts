import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeDiagnostic,
  type AnalyzeResponse,
  AnalyzerPropertyDependencies,
  AnalyzeRequest,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { NOT_YET_KNOWN } from "../../policypack/finding";
import type { Report, TestResource } from "./helpers";

const urnOf = ({ type, name }: TestResource) => `urn:pulumi:test::test::${type}::${name}`;

/** Messages as large as the engine lets them be. In bytes. */
const LIMIT = 400 * 1024 * 1024;

/** How many resources are judged at a time, as an engine with its default parallelism would. */
const AT_ONCE = 16;

const struct = (value: object) => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

/** The question about one resource: its inputs. */
export function analyzeRequest(resource: TestResource): AnalyzeRequest {
  const { type, name, props } = resource;
  return new AnalyzeRequest()
    .setType(type)
    .setName(name)
    .setUrn(urnOf(resource))
    .setProperties(struct(props))
    .setOptions(optionsOf(resource))
    .setProvider(providerOf(resource));
}

const optionsOf = ({ secretOutputs = [] }: TestResource) =>
  new AnalyzerResourceOptions().setAdditionalsecretoutputsList([...secretOutputs]);

/** The question about a whole stack. */
export function stackRequest(resources: readonly TestResource[]): AnalyzeStackRequest {
  const urns = new Map(resources.map((resource) => [resource.name, urnOf(resource)]));
  const listed = resources.map((resource) => {
    const message = new AnalyzerResource()
      .setType(resource.type)
      .setName(resource.name)
      .setUrn(urnOf(resource))
      .setProperties(struct(resource.props))
      .setOptions(optionsOf(resource))
      .setProvider(providerOf(resource));
    for (const [property, names] of Object.entries(resource.madeFrom ?? {})) {
      const from = names.flatMap((name) => urns.get(name) ?? []);
      message
        .getPropertydependenciesMap()
        .set(property, new AnalyzerPropertyDependencies().setUrnsList(from));
    }
    return message;
  });
  return new AnalyzeStackRequest().setResourcesList(listed);
}

function providerOf({ provider }: TestResource): AnalyzerProviderResource | undefined {
  if (provider === undefined) return undefined;
  return new AnalyzerProviderResource()
    .setType("pulumi:providers:kubernetes")
    .setName(provider.name)
    .setUrn(`urn:pulumi:test::test::pulumi:providers:kubernetes::${provider.name}`)
    .setProperties(struct(provider.props));
}

/** A policy pack in a process of its own, started by Pulumi's launcher and asked over the analyzer protocol. */
export class Served {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
    /** From the start of its process until it served. In ms. */
    readonly startMs: number,
  ) {}

  /** Starts the pack of a folder: its built JavaScript must be there. `nodeArgs`: what node itself is told. */
  static async start(folder: string, nodeArgs: readonly string[] = []): Promise<Served> {
    const began = performance.now();
    const launcher = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [...nodeArgs, launcher, "127.0.0.1:1", "."], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(child.stdout);
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the policy pack in ${folder} ended (${String(code)}) before it served`);
    });
    const line = once(createInterface(child.stdout), "line");
    const [port] = (await Promise.race([line, ended])) as [string];
    ended.catch(() => undefined);
    const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": LIMIT,
      "grpc.max_send_message_length": LIMIT,
    });
    return new Served(child, client, performance.now() - began);
  }

  /** Configures the policies, each by its properties; all are mandatory. */
  async configure(config: Readonly<Record<string, object>>): Promise<void> {
    const query = new ConfigureAnalyzerRequest();
    for (const [name, properties] of Object.entries(config)) {
      const one = new PolicyConfig()
        .setEnforcementlevel(EnforcementLevel.MANDATORY)
        .setProperties(struct(properties));
      query.getPolicyconfigMap().set(name, one);
    }
    await this.#answer<Empty>((done) => this.client.configure(query, done));
  }

  /** What the policies say about each resource, and then about the stack. */
  judge(resources: readonly TestResource[]): Promise<Report[]> {
    return this.answers(resources.map(analyzeRequest), stackRequest(resources));
  }

  /** The same for questions as an engine asks them. */
  async answers(each: readonly AnalyzeRequest[], stack: AnalyzeStackRequest): Promise<Report[]> {
    const responses = [...(await this.each(each)), await this.stack(stack)];
    return responses.flatMap((response) => response.getDiagnosticsList().map(reportOf));
  }

  /** The answers to questions about resources, some at a time. */
  async each(requests: readonly AnalyzeRequest[]): Promise<AnalyzeResponse[]> {
    const answers: AnalyzeResponse[] = [];
    let next = 0;
    const work = async () => {
      for (let i = next++; i < requests.length; i = next++) {
        const request = requests[i];
        if (request) answers[i] = await this.#answer((done) => this.client.analyze(request, done));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return answers;
  }

  /** What one policy, told to put things right, makes of a resource; undefined where it does nothing. */
  async remediate(resource: TestResource, policy: string): Promise<unknown> {
    const query = new ConfigureAnalyzerRequest();
    const level = new PolicyConfig()
      .setEnforcementlevel(EnforcementLevel.REMEDIATE)
      .setProperties(struct({}));
    query.getPolicyconfigMap().set(policy, level);
    await this.#answer<Empty>((done) => this.client.configure(query, done));
    const answer = await this.#answer<RemediateResponse>((done) =>
      this.client.remediate(analyzeRequest(resource), done),
    );
    return answer.getRemediationsList()[0]?.getProperties()?.toJavaScript();
  }

  /** The answer to the question about a stack. */
  stack(request: AnalyzeStackRequest): Promise<AnalyzeResponse> {
    return this.#answer((done) => this.client.analyzeStack(request, done));
  }

  #answer<R>(send: (done: (error: Error | null, response: R) => void) => unknown): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      send((error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }

  /** The processor time that the pack's process has used, from its start, in ms; from Linux's /proc, in ticks of 10 ms. */
  cpuMs(): number {
    const stat = readFileSync(`/proc/${String(this.child.pid)}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Ends the process. One that is profiled writes its profile only at a gentle end. */
  async stop(signal: "SIGKILL" | "SIGINT" = "SIGKILL"): Promise<void> {
    this.client.close();
    if (this.child.exitCode === null && this.child.kill(signal)) await once(this.child, "exit");
  }
}

const reportOf = (diagnostic: AnalyzeDiagnostic): Report => {
  const mandatory = diagnostic.getEnforcementlevel() === EnforcementLevel.MANDATORY;
  const message = diagnostic.getMessage();
  return {
    policy: diagnostic.getPolicyname(),
    message,
    urn: diagnostic.getUrn() === "" ? undefined : diagnostic.getUrn(),
    level: mandatory ? "mandatory" : "advisory",
    undecided: message.includes(NOT_YET_KNOWN),
  };
};
