import type { World } from "./world";
export function withRepresentatives(world: World): World {
  return world;
}
