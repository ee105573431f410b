import {
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeRequest,
  AnalyzerStackConfigureResponse,
  type ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { ResourceInput } from "../facts";
import type { Pack } from "../pack";
import { analyzerInfo, analyzeResponse, remediateResponse } from "./answers";
import { readChangeable, readSettings } from "./requests";
import { readAnalyzeRequest, readAnalyzeStackRequest } from "./wire";

/** As large as the engine lets messages be. In bytes. */
const MAX_MESSAGE = 400 * 1024 * 1024;

/** The protocol, with the large requests read our way, and an empty answer whichever copy of its class the SDK has. */
const SERVICE = {
  ...AnalyzerService,
  analyze: { ...AnalyzerService.analyze, requestDeserialize: readAnalyzeRequest },
  analyzeStack: { ...AnalyzerService.analyzeStack, requestDeserialize: readAnalyzeStackRequest },
  configure: { ...AnalyzerService.configure, responseSerialize: () => Buffer.alloc(0) },
};

/**
 * Serves a pack by Pulumi's analyzer protocol (pulumi/analyzer.proto) on a port of this machine, and resolves with the port.
 * The policy SDK's own server reads all of a stack's resources anew for each policy; here they are read once (decision 0004).
 * What the engine may ask and this doesn't answer (Handshake, Cancel) it takes as not supported.
 */
export function serve(pack: Pack, version: string): Promise<number> {
  const server = new Server({ "grpc.max_receive_message_length": MAX_MESSAGE });
  server.addService(SERVICE, methods(pack, version));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

function methods(pack: Pack, version: string): UntypedServiceImplementation {
  return {
    getAnalyzerInfo: answered(() => analyzerInfo(version)),
    getPluginInfo: answered(() => new PluginInfo().setVersion(version)),
    configureStack: answered(() => new AnalyzerStackConfigureResponse()),
    configure: answered((request: ConfigureAnalyzerRequest) => {
      pack.configure(readSettings(request));
    }),
    analyze: answered((resource: ResourceInput) => analyzeResponse(pack.judgeResource(resource), version)),
    analyzeStack: answered((resources: readonly ResourceInput[]) =>
      analyzeResponse(pack.judgeStack(resources), version),
    ),
    remediate: answered((request: AnalyzeRequest) =>
      // The engine asks for every resource: where nothing may be changed, none is read.
      remediateResponse(pack.remediates ? pack.remediate(...readChangeable(request)) : [], version),
    ),
  };
}

/** A method that answers at once; what it throws is the call's error. */
function answered<Request, Response>(answer: (request: Request) => Response) {
  return ({ request }: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>): void => {
    let response: Response;
    try {
      response = answer(request);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done(null, response);
  };
}
