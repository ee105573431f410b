import {
  type Application,
  type FlowEnd,
  type Flow,
  formatReference,
  type Instance,
  type Workload,
} from "../../flows";

/** Pods that share one security group: a whole workload's, or one instance's where instances' flows differ. */
export interface Member {
  /** "keycloak", "fineract/write". */
  readonly id: string;
  readonly workload: Workload;
  readonly labels: Instance["labels"];
  /** The instances that it holds. */
  readonly instances: readonly Instance[];
  /** Whether it has a flow to a database or a bucket, and so a group of its own. */
  readonly talksToAws: boolean;
}

type PodEnd = Extract<FlowEnd, { readonly kind: "workload" }>;

const isPods = (end: FlowEnd): end is PodEnd => end.kind === "workload";

const isAws = ({ to }: Flow) => to.kind === "database" || to.kind === "bucket";

/** An application's pods by the groups that they could have, found by workload or by instance. */
export class Members {
  readonly all: readonly Member[];
  private readonly byWorkload = new Map<string, readonly Member[]>();
  private readonly outgoing = new Map<string, Flow[]>();
  private readonly fromMember = new Map<Member, readonly Flow[]>();

  constructor(application: Application) {
    const split = new Set<string>();
    for (const flow of application.flows) {
      for (const end of [flow.from, flow.to]) {
        if (isPods(end) && end.instance !== undefined) split.add(end.workload);
      }
      if (isPods(flow.from)) {
        const others = this.outgoing.get(flow.from.workload);
        if (others === undefined) this.outgoing.set(flow.from.workload, [flow]);
        else others.push(flow);
      }
    }
    for (const { to } of application.accepted) if (to.instance !== undefined) split.add(to.workload);
    const aws = new Set(
      application.flows.flatMap((flow) =>
        isPods(flow.from) && isAws(flow) ? [formatReference(flow.from)] : [],
      ),
    );
    for (const workload of application.workloads) {
      this.byWorkload.set(workload.name, membersOf(workload, split.has(workload.name), aws));
    }
    this.all = [...this.byWorkload.values()].flat();
  }

  /** The members that an end means: one, or all of a workload whose instances differ. */
  of(end: { readonly workload: string; readonly instance?: string }): readonly Member[] {
    const members = this.byWorkload.get(end.workload) ?? [];
    return end.instance === undefined ? members : members.filter(({ id }) => id === formatReference(end));
  }

  /** The flows that begin at some pods of a member. */
  flowsFrom(member: Member): readonly Flow[] {
    const known = this.fromMember.get(member);
    if (known !== undefined) return known;
    const flows = (this.outgoing.get(member.workload.name) ?? []).filter(
      ({ from }) =>
        isPods(from) &&
        (from.instance === undefined || member.instances.some(({ instance }) => instance === from.instance)),
    );
    this.fromMember.set(member, flows);
    return flows;
  }
}

function membersOf(workload: Workload, split: boolean, aws: ReadonlySet<string>): readonly Member[] {
  const { name, labels, instances } = workload;
  if (!split) return [{ id: name, workload, labels, instances, talksToAws: aws.has(name) }];
  return instances.map((instance) => ({
    id: instance.id,
    workload,
    labels: instance.labels,
    instances: [instance],
    talksToAws: aws.has(name) || aws.has(instance.id),
  }));
}
