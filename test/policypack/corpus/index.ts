/**
 * About two hundred small manifests in the shapes of public ones, as the charts of well-known software render them: what the policies
 * say of people who never heard of Palisade. In: nothing. Out: shapes, each with the findings that are really so.
 * Tests: test/policypack/corpus/corpus.test.ts.
 */
import { APPLICATIONS } from "./applications";
import type { Shape } from "./build";
import { DATA } from "./data";
import { OBSERVABILITY } from "./observability";
import { PLATFORM } from "./platform";

export type { Shape } from "./build";
export const CORPUS: readonly Shape[] = [...PLATFORM, ...DATA, ...OBSERVABILITY, ...APPLICATIONS];
