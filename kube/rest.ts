import { Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent, type AgentOptions, request } from "node:https";
import { ApiError, UnreachableError } from "./errors";
import type { Access } from "./kubeconfig";

/** Milliseconds for one answer. */
const PATIENCE = 30_000;

/**
 * JSON over HTTPS with a Kubernetes API server. On purpose no client library: @kubernetes/client-node writes objects by
 * typed models in which NetworkPolicy's `from` is called `_from`, and silently drops a plain `from`. An ingress rule for
 * some becomes a rule for everyone.
 */
export class Rest {
  readonly #agent: Agent | PlainAgent;

  constructor(
    readonly access: Access,
    readonly patienceMs = PATIENCE,
  ) {
    const options = { keepAlive: true, maxSockets: 16 };
    this.#agent =
      access.server.protocol === "http:" ? new PlainAgent(options) : new Agent({ ...options, ...this.tls });
  }

  /** What a TLS connection to the server needs. */
  get tls(): AgentOptions {
    const { authority, verify, serverName, credentials } = this.access;
    return {
      rejectUnauthorized: verify,
      ...(authority === undefined ? {} : { ca: authority }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(credentials.certificate === undefined ? {} : { cert: credentials.certificate }),
      ...(credentials.key === undefined ? {} : { key: credentials.key }),
    };
  }

  /** The headers that say who asks. */
  get headers(): Readonly<Record<string, string>> {
    const { authorization } = this.access.credentials;
    return authorization === undefined ? {} : { Authorization: authorization };
  }

  /** The server's address of a path; a server may itself be under one (a proxy's). */
  url(path: string): URL {
    const { server } = this.access;
    return new URL(server.pathname.replace(/\/$/, "") + path, server);
  }

  /**
   * @param path with its query, for example "/api/v1/nodes"
   * @throws ApiError with the server's message for any status from 400; UnreachableError when it can't be reached
   */
  call(method: string, path: string, body?: unknown, contentType = "application/json"): Promise<unknown> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const send = this.access.server.protocol === "http:" ? plainRequest : request;
    return new Promise((resolve, reject) => {
      const failed = (error: Error) =>
        reject(new UnreachableError(`${this.access.server.href}: ${reasonOf(error)}`));
      const asked = send(
        this.url(path),
        {
          method,
          agent: this.#agent,
          timeout: this.patienceMs,
          headers: {
            Accept: "application/json",
            ...this.headers,
            ...(payload && { "Content-Type": contentType, "Content-Length": payload.length }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", failed);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            const status = response.statusCode ?? 0;
            if (status < 400) resolve(parsed(text));
            else reject(new ApiError(status, messageOf(parsed(text)) ?? (text || `HTTP ${status}`)));
          });
        },
      );
      asked.on("timeout", () => asked.destroy(new Error(`no answer for ${this.patienceMs / 1000} s`)));
      asked.on("error", failed);
      asked.end(payload);
    });
  }

  /** Ends idle connections, so that the process can. */
  close(): void {
    this.#agent.destroy();
  }
}

/** Several attempts (IPv6, IPv4) come as one error without a message of its own. */
function reasonOf(error: Error): string {
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.name;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The message of a Status object. */
export function messageOf(answer: unknown): string | undefined {
  const message =
    typeof answer === "object" && answer !== null && "message" in answer ? answer.message : undefined;
  return typeof message === "string" ? message : undefined;
}
