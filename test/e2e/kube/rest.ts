import { existsSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { load } from "js-yaml";

/** What the API server answered to a request it refused. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly { name: string; context: { cluster: string; user: string } }[];
  readonly clusters?: readonly { name: string; cluster: Record<string, string | undefined> }[];
  readonly users?: readonly { name: string; user: Record<string, string | undefined> }[];
}

/** How to reach an API server. */
export interface Access {
  readonly server: URL;
  readonly authority: string | undefined;
  readonly token: string;
}

/**
 * Reads a kubeconfig, given as its text or its path. Knows what the bench writes: a token, and an authority by file or
 * inline. @throws Error for a missing context or another kind of user
 */
export function readKubeconfig(source: string, context?: string): Access {
  const text = existsSync(source) ? readFileSync(source, "utf8") : source;
  const config = load(text) as Kubeconfig;
  const wanted = context ?? config["current-context"];
  const chosen = config.contexts?.find(({ name }) => name === wanted)?.context;
  if (chosen === undefined) {
    const known = config.contexts?.map(({ name }) => name).join(", ") ?? "none";
    throw new Error(`kubeconfig: there is no context ${wanted ?? "(none is current)"}; there are: ${known}`);
  }
  const cluster = config.clusters?.find(({ name }) => name === chosen.cluster)?.cluster;
  const user = config.users?.find(({ name }) => name === chosen.user)?.user;
  if (cluster?.["server"] === undefined)
    throw new Error(`kubeconfig: context ${wanted ?? ""} names no server`);
  if (user?.["token"] === undefined) throw new Error(`kubeconfig: context ${wanted ?? ""} has no token`);
  const { "certificate-authority": file, "certificate-authority-data": data } = cluster;
  return {
    server: new URL(cluster["server"]),
    authority:
      data === undefined ? file && readFileSync(file, "utf8") : Buffer.from(data, "base64").toString(),
    token: user["token"],
  };
}

/**
 * JSON over HTTPS with a Kubernetes API server. On purpose no client library: @kubernetes/client-node writes objects by
 * typed models in which NetworkPolicy's `from` is called `_from`, and silently drops a plain `from`. An ingress rule for
 * some becomes a rule for everyone.
 */
export class Rest {
  readonly #agent: Agent;

  constructor(readonly access: Access) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, ca: access.authority });
  }

  /**
   * @param path with its query, for example "/api/v1/nodes"
   * @throws ApiError with the server's message for any status from 400; Error when it can't be reached
   */
  call(method: string, path: string, body?: unknown, contentType = "application/json"): Promise<unknown> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const asked = request(
        new URL(path, this.access.server),
        {
          method,
          agent: this.#agent,
          timeout: 60_000,
          headers: {
            Accept: "application/json",
            Authorization: `Bearer ${this.access.token}`,
            ...(payload && { "Content-Type": contentType, "Content-Length": payload.length }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            const status = response.statusCode ?? 0;
            if (status < 400) resolve(parse(text));
            else reject(new ApiError(status, messageOf(parse(text)) ?? text));
          });
        },
      );
      asked.on("timeout", () => asked.destroy(new Error("no answer for 60 s")));
      asked.on("error", (error) => reject(new Error(`${this.access.server.href}: ${error.message}`)));
      asked.end(payload);
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(answer: unknown): string | undefined {
  const message =
    typeof answer === "object" && answer !== null && "message" in answer ? answer.message : undefined;
  return typeof message === "string" ? message : undefined;
}
