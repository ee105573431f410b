// Tests: test/proof/groups.test.ts
import type { DeclaredGroup } from "../declared";
import type { PlannedObjects } from "./plannedObjects";

/** The groups that components say they make, by component and key. */
export class MadeGroups {
  private readonly ids = new Map<string, string>();
  /** By id, the component that makes it. */
  private readonly makers = new Map<string, string>();
  /** By component, its URN. */
  private readonly components = new Map<string, string>();

  constructor(planned: PlannedObjects) {
    for (const { type, name, urn, outputs } of planned.resources) {
      if (!MAKERS.has(type)) continue;
      this.components.set(`${type} ${name}`, urn);
      const groups = outputs["groups"];
      if (typeof groups !== "object" || groups === null) continue;
      for (const [key, group] of Object.entries(groups)) {
        if (typeof group !== "string") continue;
        const id = planned.groups.idOf(group);
        this.ids.set(`${name} ${key}`, id);
        this.makers.set(id, name);
      }
    }
  }

  /** The id of a group, as rules name it; undefined where the component makes none. */
  idOf(component: string, key: string): string | undefined {
    return this.ids.get(`${component} ${key}`);
  }

  /** A database's component. */
  databaseUrn(component: string): string | undefined {
    return this.components.get(`${DATABASE} ${component}`);
  }

  /** Whether a group of this id is made here. */
  has(id: string): boolean {
    return this.makers.has(id);
  }

  /** The ids of all. */
  all(): Iterable<string> {
    return this.makers.keys();
  }

  /** The name of the component that makes a group; undefined for other owners'. */
  makerOf(id: string): string | undefined {
    return this.makers.get(id);
  }
}

const DATABASE = "palisade:index:DatabaseAccess";
const MAKERS = new Set([DATABASE, "palisade:index:WorkloadSecurityGroups", "palisade:index:ClusterAccess"]);

/** The id of a declared group; undefined for a made one that the plan doesn't hold, and for prefix lists. */
export function groupId(group: DeclaredGroup, made: MadeGroups): string | undefined {
  switch (group.kind) {
    case "given":
      return group.id;
    case "made":
      return made.idOf(group.component, group.group);
    case "prefix-list":
      return undefined;
  }
}
