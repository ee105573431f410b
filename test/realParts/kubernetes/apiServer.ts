import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { writeFileSync } from "node:fs";

/** A request as an API server got it. */
export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
}

/** What it answers; a number is a status with a message. */
export type Answer = object | readonly [status: number, message: string];

const resources = {
  "/api/v1": [{ name: "namespaces", kind: "Namespace", namespaced: false }],
  "/apis/networking.k8s.io/v1": [{ name: "networkpolicies", kind: "NetworkPolicy", namespaced: true }],
};

/** An API server that records what it is asked and answers what a test says; what it is asked to make, it says is there. */
export class ApiServer {
  readonly asked: Asked[] = [];
  /** By "METHOD /path", without the query. */
  readonly answers = new Map<string, Answer>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ApiServer> {
    const server = createServer();
    const started = new ApiServer(server);
    server.on("request", (request, response) => {
      void text(request).then((sent) => {
        const { method = "", url = "" } = request;
        const [status, body] = started.#answer(
          method,
          url,
          sent === "" ? undefined : (JSON.parse(sent) as unknown),
        );
        response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return started;
  }

  get address(): string {
    const address = this.server.address();
    return `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  }

  /** What changes something, or asks whether it would: without reads. */
  get writes(): readonly Asked[] {
    return this.asked.filter(({ method }) => method !== "GET");
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  #answer(method: string, url: string, body: unknown): readonly [number, object] {
    const [path = ""] = url.split("?");
    const list = resources[path as keyof typeof resources] as object[] | undefined;
    if (method === "GET" && list !== undefined) return [200, { resources: list }];
    if (path !== "/version") this.asked.push({ method, path: url, ...(body === undefined ? {} : { body }) });
    const answer = this.answers.get(`${method} ${path}`);
    if (Array.isArray(answer)) return [answer[0] as number, { message: answer[1] as string }];
    if (answer !== undefined) return [200, answer];
    if (path === "/version") return [200, { major: "1", minor: "36" }];
    return method === "GET" ? [404, { message: "not found" }] : [200, body as object];
  }
}

/** Writes a kubeconfig of one context; returns its path. */
export function kubeconfigAt(path: string, server: string, context = "lab"): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": context,
    clusters: [{ name: "cluster", cluster: { server } }],
    users: [{ name: "user", user: { token: "a-token" } }],
    contexts: [{ name: context, context: { cluster: "cluster", user: "user" } }],
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
