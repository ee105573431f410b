import * as pulumi from "@pulumi/pulumi";
import { groupKey, type GroupRef, type MadeGroupRef } from "../../compile/aws";

type Settle = (id: pulumi.Output<string>) => void;

/**
 * The ids of one cluster's security groups, by what the groups are. A rule may name a group that is made later, by
 * another application: its id is then an output that settles when that group is registered.
 */
export class GroupIds {
  private readonly ids = new Map<string, pulumi.Output<string>>();
  private readonly waiting = new Map<string, Settle>();

  /** Says what a group's id is. @throws Error if it was said before: two groups can't be one. */
  set(ref: MadeGroupRef, id: pulumi.Output<string>): void {
    const key = groupKey(ref);
    const settle = this.waiting.get(key);
    if (settle === undefined && this.ids.has(key))
      throw new Error(`security group ${key} is registered twice`);
    if (settle === undefined) this.ids.set(key, id);
    else settle(id);
    this.waiting.delete(key);
  }

  /** A group's id; another owner's is known, ours is an output. */
  of(ref: GroupRef): pulumi.Input<string> {
    if (ref.kind === "given") return ref.id;
    const key = groupKey(ref);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const [later, settle] = pulumi.deferredOutput<string>();
    this.ids.set(key, later);
    this.waiting.set(key, settle);
    return later;
  }
}
