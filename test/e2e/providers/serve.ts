import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type StatusObject,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { type Change, type Provider, SavedFailure, type Target } from "./provider";
import { changedNames, defined, type Values } from "./values";

const plain = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};
const wire = (values: Values): Struct =>
  Struct.fromJavaScript(defined(values) as Record<string, JavaScriptValue>);

function targetOf(request: { getUrn(): string }): Target {
  const urn = request.getUrn();
  // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

/** An error as the engine reads it: what is to be saved of a failed update is packed into it. */
function failure(error: unknown): Partial<StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  if (!(error instanceof SavedFailure)) return { code: status.UNKNOWN, details };
  const { id, outputs } = error.state;
  const saved = new proto.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(wire(outputs))
    .setReasonsList([details]);
  const packed = new Any();
  packed.pack(saved.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const said = new Status().setCode(status.UNKNOWN).setMessage(details).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(said.serializeBinary()));
  return { code: status.UNKNOWN, details, metadata };
}

/** A handler that answers by a promise; what it throws reaches the user as the resource's error. */
function unary<Request, Response>(answer: (request: Request) => Promise<Response> | Response) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(failure(error)),
      );
  };
}

function diffResponse({ changed, replaces, deleteFirst = false }: Change): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  return new proto.DiffResponse()
    .setChanges(changed.length + replaces.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteFirst);
}

function service(provider: Provider): UntypedServiceImplementation {
  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    getSchema: unary(() => new proto.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: unary((request: proto.DiffRequest) => {
      const olds = plain(request.getOldInputs() ?? request.getOlds());
      const news = plain(request.getNews());
      return diffResponse(
        provider.configChange?.(olds, news) ?? { changed: changedNames(olds, news), replaces: [] },
      );
    }),
    configure: unary(async (request: proto.ConfigureRequest) => {
      await provider.configure(plain(request.getArgs()));
      // No secrets: the engine takes the wrapping off and puts it back onto outputs of the same names.
      return new proto.ConfigureResponse().setSupportspreview(true);
    }),
    check: unary(async (request: proto.CheckRequest) => {
      const seed = Buffer.from(request.getRandomseed_asU8()).toString("hex");
      const inputs = await provider.check(
        targetOf(request),
        plain(request.getOlds()),
        plain(request.getNews()),
        seed,
      );
      return new proto.CheckResponse().setInputs(wire(inputs));
    }),
    diff: unary(async (request: proto.DiffRequest) => {
      const state = { id: request.getId(), outputs: plain(request.getOlds()) };
      const olds = request.getOldInputs() === undefined ? state.outputs : plain(request.getOldInputs());
      return diffResponse(await provider.diff(targetOf(request), state, olds, plain(request.getNews())));
    }),
    create: unary(async (request: proto.CreateRequest) => {
      const inputs = plain(request.getProperties());
      const { id, outputs } = await provider.create(targetOf(request), inputs, request.getPreview());
      return new proto.CreateResponse().setId(id).setProperties(wire(outputs));
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const state = { id: request.getId(), outputs: plain(request.getOlds()) };
      const outputs = await provider.update(
        targetOf(request),
        state,
        plain(request.getOldInputs()),
        plain(request.getNews()),
        request.getPreview(),
      );
      return new proto.UpdateResponse().setProperties(wire(outputs));
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const live = await provider.read(
        targetOf(request),
        request.getId(),
        plain(request.getInputs()),
        plain(request.getProperties()),
      );
      // An empty id says that there is no such resource (any more).
      if (live === undefined) return new proto.ReadResponse();
      return new proto.ReadResponse()
        .setId(live.id)
        .setProperties(wire(live.outputs))
        .setInputs(wire(live.inputs));
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      await provider.remove(targetOf(request), {
        id: request.getId(),
        outputs: plain(request.getProperties()),
      });
      return new Empty();
    }),
    invoke: unary(async (request: proto.InvokeRequest) => {
      const result = await provider.invoke(request.getTok(), plain(request.getArgs()));
      return new proto.InvokeResponse().setReturn(wire(result));
    }),
  };
}

/** Serves a provider to the engine that started this process: prints the port, and stays until it is killed. */
export function serve(provider: Provider): void {
  const server = new Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  server.addService(ResourceProviderService, service(provider));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}
