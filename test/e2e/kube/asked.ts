import { readFileSync } from "node:fs";
import { request } from "node:https";

/** What the API server says of an object that a client would create. */
export interface Answer {
  readonly status: number;
  /** Why it refuses the object; empty where it takes it. */
  readonly message: string;
  /** What it warns of. */
  readonly warnings: readonly string[];
}

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly "certificate-authority": string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

/** Asks an API server of objects without making them; warnings, which the reading client doesn't show, are in the answer. */
export class Asking {
  readonly #server: string;
  readonly #authority: string;
  readonly #token: string;

  /** @param kubeconfig as the bench writes it: JSON with a token */
  constructor(kubeconfig: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    const { server, "certificate-authority": authority } = clusters[0].cluster;
    this.#server = server;
    this.#authority = readFileSync(authority, "utf8");
    this.#token = users[0].user.token;
  }

  /** @param path the collection's, as `/api/v1/namespaces` */
  create(path: string, object: object): Promise<Answer> {
    const body = JSON.stringify(object);
    const options = {
      method: "POST",
      ca: this.#authority,
      headers: {
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      },
    };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#server}${path}?dryRun=All`, options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (text += part));
        response.on("error", reject);
        response.on("end", () => {
          const { message = "" } = JSON.parse(text) as { message?: string };
          const status = response.statusCode ?? 0;
          const header = response.headers.warning ?? "";
          resolve({
            status,
            message: status < 300 ? "" : message,
            warnings: header === "" ? [] : header.split(/,\s*(?=299 - )/),
          });
        });
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }
}
