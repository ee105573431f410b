import { atSource, atSubject, throwProblems, within } from "../../problems";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeDiagnostic,
  type AnalyzeResponse,
  type AnalyzerInfo,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  PolicyConfig as PolicyConfigMessage,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { credentials, Empty, type ServiceError, Struct } from "../sdk";
import type { Resource } from "../monitor";
import type { StackConfig } from "../project";
import type { ValueMap } from "../values";
import {
  type PackFinding,
  type PackProcess,
  type PolicyConfig,
  type PolicyInfo,
  readPackConfig,
  reconcile,
  type RemediatedResource,
  saysUndecided,
} from "../pack";
import { initialConfig, levelOf, messageLevel, policiesOf, severityOf } from "./tables";
import { analyzeRequest, stackResource, type FindProvider } from "./requests";

/** A policy pack that runs beside the program and judges what it registers, over Pulumi's analyzer protocol. */
export class RunningPack {
  #client: AnalyzerClient | undefined;
  #name: string;
  #remediates = false;
  #judges = false;
  #disabled: readonly string[] = [];
  #policies: readonly string[] = [];

  constructor(private readonly process: PackProcess) {
    this.#name = process.source.folder;
  }

  get name(): string {
    return this.#name;
  }

  /** Whether any of its policies is switched on: a pack without one judges nothing. */
  get judges(): boolean {
    return this.#judges;
  }

  /** The policies that the config switches off; what a pack itself leaves off by default isn't among them. */
  get disabled(): readonly string[] {
    return this.#disabled;
  }

  /** The policies that judge. */
  get policies(): readonly string[] {
    return this.#policies;
  }

  /** Connects and configures. Rejects with PalisadeInputError if the pack doesn't start or its config doesn't fit. */
  async ready(project: { name: string }, config: StackConfig): Promise<void> {
    const port = await this.process.port();
    this.#client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": 400 * 1024 * 1024,
      "grpc.max_send_message_length": 400 * 1024 * 1024,
    });
    await this.#call("ConfigureStack", (client, done) => {
      const request = new AnalyzerStackConfigureRequest()
        .setStack(config.stack)
        .setProject(project.name)
        .setOrganization("organization")
        .setDryRun(true)
        .setConfigSecretKeysList([...config.encryptedKeys]);
      for (const [key, text] of Object.entries(config.values)) request.getConfigMap().set(key, text);
      client.configureStack(request, done);
    });
    const info = await this.#call<AnalyzerInfo>("GetAnalyzerInfo", (client, done) => {
      client.getAnalyzerInfo(new Empty(), done);
    });
    this.#name = info.getName();
    await this.#configure(policiesOf(info), initialConfig(info));
  }

  async #configure(policies: readonly PolicyInfo[], initial: Map<string, PolicyConfig>): Promise<void> {
    const given =
      this.process.source.config === undefined
        ? { config: new Map<string, PolicyConfig>(), problems: [] }
        : readPackConfig(this.process.source.config);
    // What doesn't fit the file is told of the file, before anything is made of it.
    const { config: own, problems: unfit } = reconcile(policies, initial, given.config);
    const problems = [...given.problems, ...unfit];
    const { config: file } = this.process.source;
    const at = within(
      atSubject(`policy pack ${this.#name}`),
      file === undefined ? atSubject("config") : atSource(file),
    );
    throwProblems(problems.map((problem) => ({ ...problem, place: within(at, problem.place) })));
    const { adjust } = this.process.source;
    const config =
      adjust === undefined
        ? own
        : reconcile(policies, initial, adjust(this.#name, policies, given.config)).config;
    const request = new ConfigureAnalyzerRequest();
    for (const [policy, { level, properties }] of config) {
      const message = new PolicyConfigMessage()
        .setEnforcementlevel(messageLevel[level])
        .setProperties(Struct.fromJavaScript(properties as ValueMap));
      request.getPolicyconfigMap().set(policy, message);
    }
    this.#judges = [...config.values()].some(({ level }) => level !== "disabled");
    this.#disabled = policies
      .filter(({ name, level }) => level !== "disabled" && config.get(name)?.level === "disabled")
      .map(({ name }) => name);
    this.#policies = [...config].flatMap(([name, { level }]) => (level === "disabled" ? [] : [name]));
    this.#remediates = [...config.values()].some(({ level }) => level === "remediate");
    await this.#call("Configure", (client, done) => client.configure(request, done));
  }

  /** Lets remediating policies change a resource's inputs. */
  async remediate(
    resource: Resource,
    provider: FindProvider,
  ): Promise<{ inputs: ValueMap; remediations: RemediatedResource[]; findings: PackFinding[] }> {
    const outcome = {
      inputs: resource.inputs,
      remediations: [] as RemediatedResource[],
      findings: [] as PackFinding[],
    };
    if (!this.#remediates) return outcome;
    const request = analyzeRequest(resource, provider);
    const response = await this.#call<RemediateResponse>("Remediate", (client, done) =>
      client.remediate(request, done),
    );
    for (const made of response.getRemediationsList()) {
      const about = {
        pack: this.#name,
        policy: made.getPolicyname(),
        description: made.getDescription(),
        urn: resource.urn,
      };
      const properties = made.getProperties();
      const message = made.getDiagnostic();
      if (message !== "") {
        const packVersion = this.#version(made.getPolicypackversion());
        const undecided = saysUndecided("advisory", message);
        outcome.findings.push({
          ...about,
          packVersion,
          level: "advisory",
          severity: "",
          message,
          undecided,
        });
      } else if (properties !== undefined) {
        outcome.inputs = properties.toJavaScript();
        outcome.remediations.push(about);
      }
    }
    return outcome;
  }

  /** What the resource policies say about a resource. */
  async analyze(resource: Resource, provider: FindProvider): Promise<PackFinding[]> {
    const request = analyzeRequest(resource, provider);
    const response = await this.#call<AnalyzeResponse>("Analyze", (client, done) =>
      client.analyze(request, done),
    );
    return response.getDiagnosticsList().map((diagnostic) => this.#finding(diagnostic, () => resource.urn));
  }

  /** What the stack policies say about all resources together. A finding that names no resource is about `stackUrn`. */
  async analyzeStack(
    resources: readonly Resource[],
    provider: FindProvider,
    stackUrn: string,
  ): Promise<PackFinding[]> {
    const request = new AnalyzeStackRequest();
    request.setResourcesList(resources.map((resource) => stackResource(resource, provider)));
    const response = await this.#call<AnalyzeResponse>("AnalyzeStack", (client, done) =>
      client.analyzeStack(request, done),
    );
    const known = new Set(resources.map(({ urn }) => urn));
    const about = (diagnostic: AnalyzeDiagnostic): string =>
      known.has(diagnostic.getUrn()) ? diagnostic.getUrn() : stackUrn;
    return response.getDiagnosticsList().map((diagnostic) => this.#finding(diagnostic, about));
  }

  close(): void {
    this.#client?.close();
  }

  #finding(diagnostic: AnalyzeDiagnostic, about: (diagnostic: AnalyzeDiagnostic) => string): PackFinding {
    const told = levelOf[diagnostic.getEnforcementlevel()];
    // What remains wrong after a remediation blocks.
    const level = told === "advisory" ? "advisory" : "mandatory";
    const message = diagnostic.getMessage();
    return {
      pack: this.#name,
      packVersion: this.#version(diagnostic.getPolicypackversion()),
      policy: diagnostic.getPolicyname(),
      description: diagnostic.getDescription(),
      level,
      severity: severityOf[diagnostic.getSeverity()],
      urn: about(diagnostic),
      message,
      undecided: saysUndecided(level, message),
    };
  }

  /** The version in PulumiPolicy.yaml counts over the one that the pack reports. */
  #version(reported: string): string {
    return this.process.source.version || reported;
  }

  #call<Response>(
    method: string,
    run: (client: AnalyzerClient, done: Done<Response>) => void,
  ): Promise<Response> {
    const client = this.#client;
    if (client === undefined) return Promise.reject(new Error(`${method} before the pack is ready`));
    return new Promise((resolve, reject) => {
      run(client, (error, response) => {
        if (error === null) resolve(response);
        else void this.process.explain(this.#name, error).then(reject);
      });
    });
  }
}

type Done<Response> = (error: ServiceError | null, response: Response) => void;
