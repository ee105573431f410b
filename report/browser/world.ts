// Tests: test/report/browser.test.ts
import { AskedWorld } from "./ask";
import { one } from "./dom";

/** The text of one of the page's data blocks. */
export async function blockText(id: string): Promise<string> {
  const bytes = Uint8Array.from(atob(one(`#${id}`).textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** A cluster's world, unpacked and analyzed when it is first asked: a large one takes a moment. */
export class PageWorld {
  private world: Promise<AskedWorld> | undefined;

  constructor(private readonly block: string) {}

  get(): Promise<AskedWorld> {
    return (this.world ??= blockText(this.block).then((text) => new AskedWorld(text)));
  }
}
