import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import type * as EmptyMessage from "google-protobuf/google/protobuf/empty_pb";
import type * as StructMessage from "google-protobuf/google/protobuf/struct_pb";
import { InvokeResponse as ProvidersInvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import * as resourceMessages from "@pulumi/pulumi/proto/resource_pb";

/**
 * The SDK's own copies of gRPC and protobuf: the messages in @pulumi/pulumi/proto are made of these and take no others,
 * and who has the SDK has them, wherever its installer put them.
 */
const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

export const { credentials, Server, ServerCredentials, status } = ofSdk("@grpc/grpc-js") as typeof Grpc;
export type { ServiceError, UntypedServiceImplementation, handleUnaryCall } from "@grpc/grpc-js";

export const { Empty } = ofSdk("google-protobuf/google/protobuf/empty_pb") as typeof EmptyMessage;
export type Empty = EmptyMessage.Empty;
export const { Struct } = ofSdk("google-protobuf/google/protobuf/struct_pb") as typeof StructMessage;
export type Struct = StructMessage.Struct;

/** What the engine answers a function call: from SDK 3.276 on a message of its own, with the same fields, and the only one taken. */
export const InvokeResponse =
  (resourceMessages as { readonly ResourceInvokeResponse?: typeof ProvidersInvokeResponse })
    .ResourceInvokeResponse ?? ProvidersInvokeResponse;
export type InvokeResponse = ProvidersInvokeResponse;
