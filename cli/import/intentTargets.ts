// Tests: test/cli/import/intents.test.ts
import { type Fields, fieldsOf, isMap, mapsIn } from "../../data";
import type { Labels } from "../../flows";
import { quote } from "../../problems";
import type { SourcedObject } from "../../reachability/read";
import { textOr } from "./translation";

/** What an intent is about: pods, addresses, or what no connection of pods is. */
export type IntentTarget =
  | {
      readonly kind: "pods";
      readonly name: string;
      readonly namespace: string;
      readonly labels: Labels;
      /** Ports as a NetworkPolicy has them: a Service's, or those that the pods list; undefined for any. */
      readonly ports: readonly object[] | undefined;
    }
  | {
      readonly kind: "addresses";
      readonly cidrs: readonly string[];
      readonly ports: readonly object[] | undefined;
    }
  | { readonly kind: "other"; readonly message: string; readonly remedy: string };

interface IntentWorkload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** The ports that its containers list, as a NetworkPolicy has them; undefined where they list none. */
  readonly ports: readonly object[] | undefined;
}

/** What else an intent may ask for, and what says it here. */
const NOT_NETWORK: Readonly<Record<string, string>> = {
  aws: "Declare a bucket() or cloudIdentity() of the workload",
  azure: "Grant it where the identity is made",
  gcp: "Grant it where the identity is made",
  sql: "Declare a database(), or the workload that it runs in",
  database: "Declare a database(), or the workload that it runs in",
};

/** Finds what intents name among the objects of an input: workloads by the names that Otterize gives them, and Services. */
export class IntentTargets {
  readonly #workloads: IntentWorkload[] = [];
  readonly #services = new Map<string, Fields>();

  constructor(objects: readonly SourcedObject[]) {
    for (const { value } of objects) {
      const fields = fieldsOf(value) ?? {};
      const metadata = at(fields, "metadata");
      const kind = String(fields["kind"]);
      const [name, namespace] = [textOr(metadata["name"], ""), textOr(metadata["namespace"], "default")];
      const spec = at(fields, "spec");
      if (kind === "Service") this.#services.set(`${namespace}/${name}`, spec);
      const template =
        kind === "Pod"
          ? fields
          : at(kind === "CronJob" ? at(at(spec, "jobTemplate"), "spec") : spec, "template");
      const labels = textsOf(at(at(template, "metadata"), "labels"));
      if (kind === "Service" || Object.keys(labels).length === 0) continue;
      const annotations = at(at(template, "metadata"), "annotations");
      const given =
        annotations["intents.otterize.com/workload-name"] ?? annotations["intents.otterize.com/service-name"];
      this.#workloads.push({
        kind,
        name: typeof given === "string" ? given : name,
        namespace,
        labels,
        ports: listedPorts(at(template, "spec")),
      });
    }
  }

  /** A workload's pods; undefined where none of the input, or more than one, has the name. */
  workload(name: string, namespace: string, kind: unknown): IntentWorkload | undefined {
    const [found, ...others] = this.#workloads.filter(
      (one) => one.name === name && one.namespace === namespace && (kind === undefined || kind === one.kind),
    );
    return others.length === 0 ? found : undefined;
  }

  /** One entry of `targets`, or of `calls` in older versions. */
  read(target: unknown, home: string): IntentTarget {
    const fields = isMap(target) ? target : {};
    const older = typeof fields["type"] === "string" ? fields["type"] : undefined;
    for (const [kind, remedy] of Object.entries(NOT_NETWORK)) {
      if (fields[kind] !== undefined || older === kind)
        return { kind: "other", message: `asks for ${kind}, which is no connection of pods`, remedy };
    }
    const internet =
      older === "internet" || fields["internet"] !== undefined ? at(fields, "internet") : undefined;
    if (internet !== undefined) return addresses(internet);
    const isService = isMap(fields["service"]);
    const named = isService ? at(fields, "service") : firstOf(fields, "kubernetes", "kafka");
    const written = textOr(named["name"], "");
    const full = written.replace(/^svc:/, "");
    const [name = "", namespace = home] = full.split(".");
    return isService || written !== full || named["kind"] === "Service"
      ? this.#service(name, namespace)
      : this.#pods(name, namespace, named["kind"]);
  }

  #pods(name: string, namespace: string, kind: unknown): IntentTarget {
    const found = this.workload(name, namespace, kind);
    if (found !== undefined) return { ...found, kind: "pods" };
    // Where no workload has the name, it is a Service's.
    if (kind === undefined && this.#services.has(`${namespace}/${name}`))
      return this.#service(name, namespace);
    return missing("workload", name, namespace);
  }

  #service(name: string, namespace: string): IntentTarget {
    const spec = this.#services.get(`${namespace}/${name}`);
    const labels = spec === undefined ? {} : textsOf(at(spec, "selector"));
    if (spec === undefined || Object.keys(labels).length === 0) return missing("Service", name, namespace);
    const listed = mapsIn(spec["ports"]);
    const ports = listed.map((port) => ({
      protocol: port["protocol"] ?? "TCP",
      port: port["targetPort"] ?? port["port"],
    }));
    return { kind: "pods", name, namespace, labels, ports };
  }
}

function addresses(internet: Fields): IntentTarget {
  const [domains, ips, ports] = ["domains", "ips", "ports"].map((field) =>
    Array.isArray(internet[field]) ? (internet[field] as readonly unknown[]) : [],
  ) as [readonly unknown[], readonly unknown[], readonly unknown[]];
  if (domains.length > 0 || ips.length === 0)
    return {
      kind: "other",
      message: `asks for ${domains.length > 0 ? domains.map(String).join(", ") : "the internet"} by name`,
      remedy: "Declare internet() on its ports, or cidr() with its addresses",
    };
  return {
    kind: "addresses",
    cidrs: ips.map((ip) =>
      String(ip).includes("/") ? String(ip) : `${String(ip)}/${String(ip).includes(":") ? 128 : 32}`,
    ),
    ports: ports.length === 0 ? undefined : ports.map((port) => ({ protocol: "TCP", port })),
  };
}

/** Numbers in the order of the containers, each once. */
function listedPorts(spec: Fields): readonly object[] | undefined {
  const listed = mapsIn(spec["containers"])
    .flatMap(({ ports }) => mapsIn(ports))
    .map(
      ({ protocol, containerPort }) =>
        `${typeof protocol === "string" ? protocol : "TCP"}/${String(containerPort)}`,
    );
  if (listed.length === 0) return undefined;
  return [...new Set(listed)].map((text) => {
    const [protocol, port] = text.split("/");
    return { protocol, port: Number(port) };
  });
}

const missing = (what: string, name: string, namespace: string): IntentTarget => ({
  kind: "other",
  message: `no ${what} of the input is ${quote(`${namespace}/${name}`)}`,
  remedy: `Give the manifest of the ${what}, too`,
});

const at = (fields: Fields, key: string): Fields => (isMap(fields[key]) ? fields[key] : {});

const firstOf = (fields: Fields, ...keys: readonly string[]): Fields => {
  const key = keys.find((one) => isMap(fields[one]));
  return key === undefined ? fields : at(fields, key);
};

const textsOf = (fields: Fields): Labels =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
  );
