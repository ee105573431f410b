import { strict as assert } from "node:assert";
import { run } from "../../cli/explain";
import { captured } from "../captured";
import { twoSystems } from "../twoSystems";

describe("palisade explain: ports by their names, in a stack whose pods aren't in the input", function () {
  this.timeout(180_000);
  const explained = async (from: string, to: string, port: string) => {
    const { code, stdout, stderr } = await captured(() =>
      run(from, to, port, [], { stack: "dev", cwd: twoSystems() }),
    );
    return { code, said: `${stdout}${stderr}`.split("\n").slice(0, 2) };
  };

  it("are what the declaration calls them", async () => {
    assert.deepEqual(await explained("jewelry-shop/nginx", "jewelry-shop/django", "http"), {
      code: 0,
      said: [
        "Port http of jewelry-shop/{component=django}[Pod] is TCP 8000.",
        "jewelry-shop/{component=nginx}[Pod] reaches jewelry-shop/{component=django}[Pod] on TCP 8000.",
      ],
    });
  });

  it("are what monitoring reads, as metrics", async () => {
    const { code, said } = await explained("monitoring/prometheus", "jewelry-shop/redis", "metrics");
    assert.deepEqual(
      [code, said[0]],
      [0, "Port metrics of jewelry-shop/{component=redis}[Pod] is TCP 9121."],
    );
  });

  it("are none of the pods' if the declaration has no such name, and the nearest is named", async () => {
    const { code, said } = await explained("jewelry-shop/nginx", "jewelry-shop/django", "htp");
    assert.equal(code, 2);
    assert.match(said[0] ?? "", /whether a port is called "htp" isn't known\. Did you mean "http"\?$/);
  });
});
