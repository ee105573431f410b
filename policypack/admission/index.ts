/**
 * The policies that one object can violate, as ValidatingAdmissionPolicies: the API server asks them of whoever writes, with the pack's own
 * configuration. In: the configuration, whose it is, and today. Out: plain objects to apply; what only several objects show together stays the
 * pack's, and so does what a NetworkPolicy opens by several rules together.
 * Tests: test/policypack/admission.test.ts; the API server's verdicts beside the pack's: test/e2e/suites/admission.suite.ts.
 */
export { admissionObjects, type AdmissionObject, type ExemptObjects } from "./objects";
