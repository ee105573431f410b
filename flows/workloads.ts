import { printable, quote } from "../problems";
import { PortSet } from "../net";
import type { WorkloadDeclaration } from "./declaration";
import { formatLabels } from "./ends";
import type { Instance, Workload } from "./model";
import { labelsFaults, nameFault, serviceAccountFault } from "./names";
import type { Labels } from "./peer";
import { type ReportFaults, readMetrics, readPort } from "./report";
import { confusions } from "./selectors";
import { compareText, remedyForUnknown, sortedByKey } from "./text";

/**
 * Checks the workloads by themselves and against each other: names, labels, ports, instances, and that no pod can be
 * taken for two of them. `complete` says that none was left out because it could not be read.
 */
export function checkWorkloads(
  declared: Readonly<Record<string, WorkloadDeclaration>>,
  complete: boolean,
  report: ReportFaults,
): ReadonlyMap<string, Workload> {
  const names = Object.keys(declared).sort(compareText);
  if (names.length === 0 && complete) {
    report("workloads", { message: "there is none", remedy: "Declare at least one workload" });
  }
  const workloads = new Map<string, Workload>();
  for (const name of names) {
    const declaration = declared[name];
    if (declaration !== undefined) workloads.set(name, checkWorkload(name, declaration, report));
  }
  const selecting = [...workloads.values()].filter(({ labels }) => Object.keys(labels).length > 0);
  for (const { name, fault } of confusions("workload", selecting)) report(`workload ${name}`, fault);
  return workloads;
}

function checkWorkload(name: string, declaration: WorkloadDeclaration, report: ReportFaults): Workload {
  const subject = `workload ${printable(name)}`;
  report(subject, nameFault("workload", name), ...labelsFaults(declaration.labels));
  if (Object.keys(declaration.labels).length === 0) {
    report(subject, {
      message: "labels are empty: they would select every pod of the namespace",
      remedy: "Write the labels that its pods carry",
    });
  }
  const ports = readListeningPorts(declaration, subject, report);
  const instances = readInstances(name, declaration, subject, report);
  return { name, labels: sortedByKey(declaration.labels), ports: ports.ranges(), instances };
}

function readListeningPorts(
  { ports = {}, metrics }: WorkloadDeclaration,
  subject: string,
  report: ReportFaults,
): PortSet {
  const names = Object.keys(ports).sort(compareText);
  report(subject, ...names.map((name) => nameFault("port", name)));
  const ranges = names.map((name) => readPort(ports[name] ?? "", subject, report));
  if (metrics !== undefined) ranges.push(readMetrics(metrics, subject, report));
  return PortSet.of(ranges.filter((range) => range !== undefined));
}

function readInstances(
  workload: string,
  { labels, instances, serviceAccount }: WorkloadDeclaration,
  subject: string,
  report: ReportFaults,
): readonly Instance[] {
  const accounts = readAccounts(serviceAccount, Object.keys(instances ?? {}), subject, report);
  if (instances === undefined) {
    return [{ id: workload, workload, labels: sortedByKey(labels), ...accounts(undefined) }];
  }
  const names = Object.keys(instances).sort(compareText);
  if (names.length === 0) {
    report(subject, { message: "instances is empty", remedy: "Declare an instance, or leave instances out" });
  }
  for (const name of names) checkInstance(name, instances[name] ?? {}, labels, subject, report);
  const own = names
    .map((name) => ({ name, labels: instances[name] ?? {} }))
    .filter((instance) => Object.keys(instance.labels).length > 0);
  for (const { name, fault } of confusions("instance", own)) report(`${subject}/${name}`, fault);
  return names.map((instance) => ({
    id: `${workload}/${instance}`,
    workload,
    instance,
    labels: sortedByKey({ ...labels, ...instances[instance] }),
    ...accounts(instance),
  }));
}

function checkInstance(
  name: string,
  own: Labels,
  shared: Labels,
  subject: string,
  report: ReportFaults,
): void {
  report(`${subject}/${name}`, nameFault("instance", name), ...labelsFaults(own));
  if (Object.keys(own).length === 0) {
    report(`${subject}/${name}`, {
      message: "labels are empty: they would select every instance",
      remedy: "Write the labels that only its pods carry",
    });
  }
  for (const [key, value] of Object.entries(own)) {
    if (!Object.hasOwn(shared, key) || shared[key] === value) continue;
    report(`${subject}/${name}`, {
      message: `label ${formatLabels({ [key]: value })} contradicts the workload's ${formatLabels({ [key]: shared[key] ?? "" })}`,
      remedy: "Leave the key out of the workload's labels or out of the instance's",
    });
  }
}

/** Which ServiceAccount an instance has. */
function readAccounts(
  declared: WorkloadDeclaration["serviceAccount"],
  instances: readonly string[],
  subject: string,
  report: ReportFaults,
): (instance: string | undefined) => { readonly serviceAccount?: string } {
  if (declared === undefined) return () => ({});
  if (typeof declared === "string") {
    report(subject, serviceAccountFault(declared));
    return () => ({ serviceAccount: declared });
  }
  for (const [instance, account] of Object.entries(declared)) {
    report(subject, serviceAccountFault(account ?? ""));
    if (instances.includes(instance)) continue;
    report(subject, {
      message: `serviceAccount names ${quote(instance)}, which isn't an instance of it`,
      remedy: remedyForUnknown(instance, instances, "Write the ServiceAccount's name"),
    });
  }
  const accounts = new Map(Object.entries(declared));
  return (instance) => {
    const account = instance === undefined ? undefined : accounts.get(instance);
    return account === undefined ? {} : { serviceAccount: account };
  };
}
