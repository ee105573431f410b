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
   * @param accept the media types that the answer may have, all of them JSON
   * @throws ApiError with the server's message for any status from 400; UnreachableError when it can't be reached, or
   * something answers that isn't an API server (a proxy's login page)
   */
  async call(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
    accept = "application/json",
  ): Promise<unknown> {
    const { href } = this.access.server;
    const headers = { Accept: accept, "Content-Type": contentType };
    const { status, text } = await this.#exchange(method, path, body, headers).catch((error: unknown) => {
      throw new UnreachableError(`${href}: ${reasonOf(error)}`);
    });
    const answer = parsed(text);
    if (status >= 400) throw new ApiError(status, messageOf(answer) ?? saying(status, text));
    if (status >= 300 || typeof answer !== "object" || answer === null) {
      throw new UnreachableError(
        `${href}: answers ${path} with HTTP ${status} and no JSON: no Kubernetes API server does. Is it a proxy that wants a login?`,
      );
    }
    return answer;
  }

  /** One request and its answer. Rejects with what Node.js says, also for a certificate that is none. */
  #exchange(
    method: string,
    path: string,
    body: unknown,
    { Accept, "Content-Type": contentType }: Readonly<Record<"Accept" | "Content-Type", string>>,
  ): Promise<{ status: number; text: string }> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const send = this.access.server.protocol === "http:" ? plainRequest : request;
    return new Promise((resolve, reject) => {
      const asked = send(
        this.url(path),
        {
          method,
          agent: this.#agent,
          timeout: this.patienceMs,
          headers: {
            Accept,
            ...this.headers,
            ...(payload && { "Content-Type": contentType, "Content-Length": payload.length }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
          });
        },
      );
      asked.on("timeout", () => asked.destroy(new Error(`no answer for ${this.patienceMs / 1000} s`)));
      asked.on("error", reject);
      asked.end(payload);
    });
  }

  /** Ends idle connections, so that the process can. */
  close(): void {
    this.#agent.destroy();
  }
}

/** Several attempts (IPv6, IPv4) come as one error without a message of its own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map(String).join("; ") : error.name;
}

/** What an answer says that isn't a Status: its first line, unless it is a page for a browser. */
function saying(status: number, text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line === "" || line.startsWith("<") ? `HTTP ${status}` : line.slice(0, 200);
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
