import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type Beyond, WAYS } from "./ways";

const COMMAND = path.join(__dirname, "..", "..", "bin", "palisade.js");
const PROGRAM = path.join(__dirname, "program");

interface Said {
  readonly code: number | null;
  readonly text: string;
}

const CONTROL = "";

/** `palisade preview` of the program with one object beside it, or none; its lines as one text, however they are wrapped. */
async function preview(way: string): Promise<Said> {
  const child = spawn(process.execPath, [COMMAND, "preview", "--cwd", PROGRAM], {
    env: { ...process.env, PALISADE_BESIDE: way },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, text: `${stdout}${stderr}`.replace(/\s+/g, " ") };
}

const itemOf = ({ connection, by, half }: Beyond): string =>
  half === true
    ? `${connection}: let through by one side (by ${by}), which the other closes, and nobody declares it`
    : `${connection}: open (by ${by}), and nobody declares it`;

/** The items under "Open otherwise than declared", without the advice at its end. */
function differences(said: string): string[] {
  const [, section = ""] = said.split(" Open otherwise than declared - ");
  const [items = ""] = section.split(" - Declare what is meant");
  return items.split(/ - (?=.* → )/).filter((item) => item !== "");
}

describe("beside what is declared: `palisade preview` names what an object by hand opens", function () {
  this.timeout(120_000);
  const said = new Map<string, Promise<Said>>();

  // Two at a time: a preview is one processor's work.
  before(() => {
    const lanes = [Promise.resolve(), Promise.resolve()];
    for (const [index, way] of [CONTROL, ...Object.keys(WAYS)].entries()) {
      const made = (lanes[index % 2] ?? Promise.resolve()).then(() => preview(way));
      said.set(way, made);
      lanes[index % 2] = made.then(() => undefined);
    }
  });

  const saidOf = async (way: string): Promise<Said> => {
    const found = await said.get(way);
    assert.ok(found !== undefined);
    return found;
  };

  it("control: without one, exactly what is declared is open", async () => {
    const { text: whole } = await saidOf(CONTROL);
    assert.match(whole, /22 declared flows, computed: exactly these are open/);
    assert.deepEqual(differences(whole), []);
  });

  for (const [way, beyond] of Object.entries(WAYS)) {
    it(way, async () => {
      const { code, text: whole } = await saidOf(way);
      assert.deepEqual(differences(whole), beyond.map(itemOf), whole);
      assert.equal(code, 1);
    });
  }
});
