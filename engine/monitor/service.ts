import path from "node:path";
import fs from "node:fs";
import { type handleUnaryCall, status } from "@grpc/grpc-js";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import {
  RegisterPackageResponse,
  type RegisterResourceRequest,
  RegisterResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { messageOf, type PreviewErrorKind } from "../errors";
import { assetPaths } from "../values";
import { structOf, valuesOf } from "../structs";
import { goalOf } from "./goal";
import { Lookups, Unsupported, type LookupContext } from "./lookups";
import { Refusal } from "./registry";
import type { Goal, PackageRequest } from "./resources";
import { Transforms } from "./transforms";

/** Something that the program asked for and didn't get. */
export interface RefusedCall {
  readonly kind: Extract<PreviewErrorKind, "program" | "unsupported">;
  readonly message: string;
}

/** What an engine of today can do that SDKs ask about before they rely on it. */
const features: ReadonlySet<string> = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "transforms",
  "invokeTransforms",
  "parameterization",
  "resourceHooks",
  "errorHooks",
]);

/** What a monitor works with. */
export interface MonitorContext extends LookupContext {
  /** The program's folder: where relative asset paths start. */
  readonly folder: string;
}

/**
 * The resource monitor that a program talks to. Whatever it can't do it refuses, and remembers: a program that swallows the
 * error doesn't get a verdict either.
 */
export class Monitor {
  readonly refused: RefusedCall[] = [];
  /** Resolves once the program has said that it is done: it registers nothing more. */
  readonly finished: Promise<void>;
  #finish: () => void = () => undefined;
  readonly #transforms = new Transforms();
  readonly #packages = new Map<string, PackageRequest>();
  readonly #stackTransforms: Callback[] = [];
  readonly #resourceTransforms = new Map<string, readonly Callback[]>();

  readonly #lookups: Lookups;

  constructor(private readonly context: MonitorContext) {
    this.finished = new Promise((resolve) => (this.#finish = resolve));
    this.#lookups = new Lookups(context, this.#packages, this.#transforms);
  }

  close(): void {
    this.#transforms.close();
  }

  /** The handlers of the gRPC service. */
  service(): Partial<IResourceMonitorServer> {
    const done = new Empty();
    return {
      supportsFeature: this.#handle((request) =>
        new SupportsFeatureResponse().setHassupport(features.has(request.getId())),
      ),
      registerResource: this.#handle((request) => this.#registerResource(request)),
      registerResourceOutputs: this.#handle((request) => {
        this.context.registry.registerOutputs(request.getUrn(), valuesOf(request.getOutputs()));
        return done;
      }),
      readResource: this.#handle((request) => this.#lookups.read(request)),
      invoke: this.#handle((request) => this.#lookups.invoke(request)),
      call: this.#handle((request) => {
        throw new Unsupported(
          `method ${request.getTok()}: runs in a provider's plugin (Call), which isn't run here; use pulumi preview`,
        );
      }),
      registerStackTransform: this.#handle((request) => {
        this.#stackTransforms.push(request);
        return done;
      }),
      registerStackInvokeTransform: this.#handle((request) => {
        this.#lookups.transforms.push(request);
        return done;
      }),
      registerResourceHook: this.#handle((request) => {
        if (request.getOnDryRun()) {
          throw new Unsupported(
            `resource hook ${request.getName()}: runs on preview (onDryRun), which isn't done here; use pulumi preview`,
          );
        }
        return done;
      }),
      registerErrorHook: this.#handle(() => done),
      registerPackage: this.#handle((request) => {
        const parameter = request.getParameterization();
        const plugin = { name: request.getName(), version: request.getVersion() };
        const reference = `package-${this.#packages.size + 1}`;
        this.#packages.set(reference, {
          name: parameter?.getName() ?? plugin.name,
          version: parameter?.getVersion() ?? plugin.version,
          downloadUrl: request.getDownloadUrl(),
          plugin,
        });
        return new RegisterPackageResponse().setRef(reference);
      }),
      signalAndWaitForShutdown: this.#handle(() => {
        this.#finish();
        return done;
      }),
    };
  }

  async #registerResource(request: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    const { registry } = this.context;
    const asked = goalOf(request, this.#packages);
    if (request.getRemote()) {
      throw new Unsupported(
        `component ${asked.name} [${asked.type}]: is made by a provider's plugin (Construct), which isn't run here; use pulumi preview`,
      );
    }
    const goal = await this.#transformed(
      asked.custom ? { ...asked, provider: registry.resolveProvider(asked) } : asked,
      request.getTransformsList(),
    );
    this.#checkAssets(goal);
    const resource = await registry.register(goal);
    this.#resourceTransforms.set(resource.urn, request.getTransformsList());
    const outputs = resource.custom ? resource.outputs : {};
    return new RegisterResourceResponse()
      .setUrn(resource.urn)
      .setId(registry.idOf(resource))
      .setObject(structOf(outputs));
  }

  /** Applies the resource's own transforms, those of its parents from the nearest up, then the stack's. */
  async #transformed(goal: Goal, own: readonly Callback[]): Promise<Goal> {
    const inherited: Callback[] = [];
    for (let urn = goal.parent; urn !== ""; urn = this.context.registry.find(urn)?.parent ?? "") {
      inherited.push(...(this.#resourceTransforms.get(urn) ?? []));
    }
    inherited.push(...this.#stackTransforms);
    return own.length + inherited.length === 0 ? goal : await this.#transforms.apply(goal, own, inherited);
  }

  #checkAssets(goal: Goal): void {
    for (const asset of assetPaths(goal.inputs)) {
      const file = path.resolve(this.context.folder, asset);
      if (!fs.existsSync(file))
        throw new Refusal(`resource ${goal.name} [${goal.type}]: asset ${file} doesn't exist`);
    }
  }

  /** A gRPC handler of a plain function: what it throws is refused and remembered. */
  #handle<Request, Response>(
    answer: (request: Request) => Response | Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    const run = async (request: Request): Promise<Response> => await answer(request);
    return ({ request }, callback) => {
      run(request).then(
        (response) => callback(null, response),
        (error: unknown) => {
          const kind = error instanceof Unsupported ? "unsupported" : "program";
          this.refused.push({ kind, message: messageOf(error) });
          callback({ code: status.UNKNOWN, details: messageOf(error) });
        },
      );
    };
  }
}
