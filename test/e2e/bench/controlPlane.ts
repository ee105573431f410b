import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { routerAddress } from "./network";

/** One program of a control plane and how it is started. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
}

/** etcd, the API server and the controller manager of one cluster, and the kubeconfig of its administrator. */
export interface ControlPlane {
  /** Address of the API server, as clients write it. */
  readonly server: string;
  readonly kubeconfig: string;
  readonly etcd: Program;
  readonly apiServer: Program;
  readonly controllerManager: Program;
}

/**
 * Writes the files of a control plane into `folder` and says how its programs are started.
 * @param index tells clusters of one run apart: 1, 2, …
 */
export function planControlPlane(
  folder: string,
  { name, index, serviceCidr }: { name: string; index: number; serviceCidr: string },
): ControlPlane {
  const port = 6442 + index;
  const server = `https://${routerAddress}:${port}`;
  const kubeconfig = join(folder, "kubeconfig");
  const token = randomBytes(16).toString("hex");
  const certificates = join(folder, "certificates");
  writeFileSync(kubeconfig, kubeconfigOf(name, server, join(certificates, "apiserver.crt"), token), {
    mode: 0o600,
  });
  writeFileSync(join(folder, "tokens.csv"), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  writeFileSync(join(folder, "accounts.key"), privateKey, { mode: 0o600 });
  writeFileSync(join(folder, "accounts.pub"), publicKey);
  const client = `http://127.0.0.1:${20_000 + index * 2}`;
  const peer = `http://127.0.0.1:${20_001 + index * 2}`;
  return {
    server,
    kubeconfig,
    etcd: {
      name: "etcd",
      args: [
        `--data-dir=${join(folder, "etcd")}`,
        "--logger=zap",
        `--listen-client-urls=${client}`,
        `--advertise-client-urls=${client}`,
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=default=${peer}`,
      ],
    },
    apiServer: {
      name: "kube-apiserver",
      args: [
        `--etcd-servers=${client}`,
        `--bind-address=${routerAddress}`,
        `--advertise-address=${routerAddress}`,
        `--secure-port=${port}`,
        `--cert-dir=${certificates}`,
        `--service-cluster-ip-range=${serviceCidr}`,
        `--token-auth-file=${join(folder, "tokens.csv")}`,
        "--authorization-mode=RBAC",
        // Nodes have no names that resolve.
        "--kubelet-preferred-address-types=InternalIP",
        // Pods here have no service account: nothing in them talks to the API.
        "--disable-admission-plugins=ServiceAccount",
        `--service-account-issuer=${server}`,
        `--service-account-key-file=${join(folder, "accounts.pub")}`,
        `--service-account-signing-key-file=${join(folder, "accounts.key")}`,
      ],
    },
    controllerManager: {
      name: "kube-controller-manager",
      args: [
        `--kubeconfig=${kubeconfig}`,
        "--controllers=namespace-controller,garbage-collector-controller,validatingadmissionpolicy-status-controller",
        "--leader-elect=false",
        "--secure-port=0",
      ],
    },
  };
}

/** A kubeconfig with one context (JSON is YAML). */
function kubeconfigOf(name: string, server: string, authority: string, token: string): string {
  return JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server, "certificate-authority": authority } }],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
    undefined,
    2,
  );
}
