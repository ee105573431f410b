import { strict as assert } from "node:assert";
import {
  about,
  atApplication,
  atSubject,
  PalisadeInputError,
  type Problem,
  problemText,
  throwProblems,
} from "../../problems";

const problem: Problem = { place: atSubject("flow web → api"), message: "has no reason", remedy: "Say why" };

describe("problems", () => {
  it("read as place, message, remedy; a question keeps its mark", () => {
    assert.equal(problemText(problem), "flow web → api: has no reason. Say why.");
    assert.equal(
      problemText({ ...problem, remedy: "Did you mean x?" }),
      "flow web → api: has no reason. Did you mean x?",
    );
    assert.equal(problemText({ place: [], message: "nothing to read" }), "nothing to read");
  });

  it("are one line alone, and a counted list together; repeats are said once", () => {
    const other = { ...problem, place: about(atApplication("shop", "lab"), "flow api → web") };
    assert.equal(new PalisadeInputError([problem, problem]).message, problemText(problem));
    const error = new PalisadeInputError([problem, other, problem]);
    assert.equal(error.message, `2 problems:\n  ${problemText(problem)}\n  ${problemText(other)}`);
    assert.deepEqual(error.problems, [problem, other]);
    assert.equal(new PalisadeInputError([problem]).name, "PalisadeInputError");
  });

  it("throw only where there are any", () => {
    throwProblems([]);
    assert.throws(() => throwProblems([problem]), PalisadeInputError);
  });
});
