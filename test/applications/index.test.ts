import { strict as assert } from "node:assert";
import { applications } from "../../applications";
import { validateApplications } from "../../flows";

describe("applications", () => {
  it("are all valid, together", () => {
    const names = validateApplications(applications).map(({ name }) => name);
    assert.deepEqual(names, applications.map(({ name }) => name).sort());
    assert.ok(names.includes("fineract") && names.includes("jewelry-shop"), names.join());
  });
});
