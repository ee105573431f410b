import { strict as assert } from "node:assert";
import { PalisadeInputError, quote, renderProblem, throwProblems } from "../../flows/problem";

const problem = { subject: "flow web → api", value: "has no reason", remedy: "Say why" };

describe("flows: problems", () => {
  it("read as subject, value, remedy; a question keeps its mark", () => {
    assert.equal(renderProblem(problem), "flow web → api: has no reason. Say why.");
    assert.equal(
      renderProblem({ ...problem, remedy: "Did you mean x?" }),
      "flow web → api: has no reason. Did you mean x?",
    );
  });

  it("are one line alone, and a counted list together; repeats are said once", () => {
    const other = { ...problem, subject: "flow api → web" };
    assert.equal(new PalisadeInputError([problem, problem]).message, renderProblem(problem));
    assert.equal(
      new PalisadeInputError([problem, other, problem]).message,
      `2 problems:\n  ${renderProblem(problem)}\n  ${renderProblem(other)}`,
    );
    assert.equal(new PalisadeInputError([problem]).name, "PalisadeInputError");
  });

  it("throw only where there are any", () => {
    throwProblems([]);
    assert.throws(() => throwProblems([problem]), PalisadeInputError);
  });

  it("show what a terminal would hide or dress up", () => {
    assert.equal(
      quote("w\u0435b\u202e\u001b[31m\u009b\u{1f600}"),
      '"w\\u0435b\\u202e\\u001b[31m\\u009b\\u{1f600}"',
    );
    assert.equal(quote('say "no"\n'), '"say \\"no\\"\\n"');
  });

  it("cut long values and never print a structure", () => {
    assert.equal(quote("x".repeat(300)), `"${"x".repeat(79)}… (300 characters)`);
    const values = [null, undefined, [1, 2], { a: 1 }, 5, true, 7n, () => 1, Symbol("s"), NaN];
    assert.deepEqual(values.map(quote), [
      "nothing",
      "nothing",
      "a list of 2",
      "a mapping",
      "5",
      "true",
      "7",
      "a function",
      "a symbol",
      "NaN",
    ]);
  });
});
