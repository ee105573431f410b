import WebSocket from "ws";
import { ApiError, UnreachableError } from "./errors";
import { messageOf, type Rest } from "./rest";

/** Where a command runs. */
export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
}

/** What came of a command that ran in a pod. */
export interface ExecOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Absent: it ended well. Else why not: its exit code, or why it never started, in the API server's words. */
  readonly failure?: string;
}

/** Channel numbers of the protocol: each message begins with one. */
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;

/** The remote command protocol over a WebSocket; version 4 for API servers before Kubernetes 1.29. */
const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/**
 * Runs a command in a container and reads what it prints.
 * @throws ApiError when the API server refuses (403: no permission, 404: no such pod); UnreachableError when the
 * connection breaks or nothing ends within `timeoutMs`
 */
export function exec(
  rest: Rest,
  { namespace, pod, container }: ExecTarget,
  command: readonly string[],
  timeoutMs: number,
): Promise<ExecOutcome> {
  const query = new URLSearchParams([
    ...command.map((word): [string, string] => ["command", word]),
    ...(container === undefined ? [] : [["container", container] as [string, string]]),
    ["stdout", "true"],
    ["stderr", "true"],
  ]);
  const url = rest.url(`/api/v1/namespaces/${namespace}/pods/${pod}/exec`);
  url.search = query.toString();
  url.protocol = url.protocol.replace("http", "ws");
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, PROTOCOLS, { ...rest.tls, headers: { ...rest.headers } });
    const output = { [STDOUT]: "", [STDERR]: "", [STATUS]: "" };
    const timer = setTimeout(() => {
      reject(new UnreachableError(`exec in ${namespace}/${pod}: no result within ${timeoutMs / 1000} s`));
      socket.terminate();
    }, timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
      socket.terminate();
    };
    socket.on("message", (data) => {
      const message = Buffer.isBuffer(data)
        ? data
        : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
      const channel = message[0];
      if (channel === STDOUT || channel === STDERR || channel === STATUS) {
        output[channel] += message.subarray(1).toString("utf8");
      }
    });
    socket.on("unexpected-response", (_request, response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => fail(new ApiError(response.statusCode ?? 0, statusMessage(text) ?? text)));
    });
    socket.on("error", (error) =>
      fail(new UnreachableError(`exec in ${namespace}/${pod}: ${error.message}`)),
    );
    socket.on("close", (code) => {
      clearTimeout(timer);
      resolve(outcomeOf(output[STDOUT], output[STDERR], output[STATUS], code));
    });
  });
}

function outcomeOf(stdout: string, stderr: string, status: string, code: number): ExecOutcome {
  if (status === "")
    return { stdout, stderr, failure: `the connection closed (${code}) before the command ended` };
  const answer = parsed(status) as { readonly status?: string } | undefined;
  if (answer?.status === "Success") return { stdout, stderr };
  return { stdout, stderr, failure: statusMessage(status) ?? status };
}

const statusMessage = (text: string): string | undefined => messageOf(parsed(text));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
