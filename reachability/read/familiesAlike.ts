// Tests: test/reachability/evidence/families.test.ts
import type { World } from "./world";

/**
 * Worlds of one cluster that are compared: where one doesn't tell the families of its pods' addresses, it has those that another
 * does, so that no connection is gained by not knowing.
 */
export function familiesAlike(worlds: readonly World[]): readonly World[] {
  const told = [...new Set(worlds.flatMap(({ podFamilies }) => podFamilies))].sort((a, b) => a - b);
  return worlds.map((world) => (world.podFamilies.length === 0 ? { ...world, podFamilies: told } : world));
}
