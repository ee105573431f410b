import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EngineService, type IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  LogSeverity,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";
import { RequirePulumiVersionResponse } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { Empty, Server, ServerCredentials, type UntypedServiceImplementation } from "../sdk";
import type { Monitor } from "./service";

/** What a program logged (pulumi.log). */
export interface LogEntry {
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  /** The resource it is about, or "". */
  readonly urn: string;
}

const severities: Partial<Record<LogSeverity, LogEntry["severity"]>> = {
  [LogSeverity.INFO]: "info",
  [LogSeverity.WARNING]: "warning",
  [LogSeverity.ERROR]: "error",
};

/** The engine's side of the connection: where a program, and only one of this user, reaches the monitor. */
export class EngineServer {
  readonly #server = new Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
  #folder: string | undefined;

  constructor(monitor: Monitor, log: (entry: LogEntry) => void) {
    // What is missing from the service answers "unimplemented", which SDKs take for an engine that is older.
    this.#server.addService(ResourceMonitorService, monitor.service() as UntypedServiceImplementation);
    this.#server.addService(EngineService, engineService(log));
  }

  /** Listens and returns the address. A socket in a folder of our own, where there are such: nobody else can connect. */
  listen(): Promise<string> {
    let address = "127.0.0.1:0";
    // Windows has no such sockets, and their paths can't be long.
    if (process.platform !== "win32" && os.tmpdir().length < 70) {
      this.#folder = fs.mkdtempSync(path.join(os.tmpdir(), "palisade-"));
      address = `unix:${path.join(this.#folder, "engine.sock")}`;
    }
    return new Promise((resolve, reject) => {
      this.#server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
        if (error !== null) reject(error);
        else resolve(this.#folder === undefined ? `127.0.0.1:${port}` : address);
      });
    });
  }

  close(): void {
    this.#server.forceShutdown();
    if (this.#folder !== undefined) fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

function engineService(log: (entry: LogEntry) => void): UntypedServiceImplementation {
  const handlers: Omit<IEngineServer, keyof UntypedServiceImplementation> & Partial<IEngineServer> = {
    log: ({ request }, callback) => {
      const severity = severities[request.getSeverity()];
      if (severity !== undefined) log({ severity, message: request.getMessage(), urn: request.getUrn() });
      callback(null, new Empty());
    },
    getRootResource: (_, callback) => callback(null, new GetRootResourceResponse()),
    setRootResource: (_, callback) => callback(null, new SetRootResourceResponse()),
    requirePulumiVersion: (_, callback) => callback(null, new RequirePulumiVersionResponse()),
    startDebugging: (_, callback) => callback(null, new Empty()),
  };
  return handlers as UntypedServiceImplementation;
}
