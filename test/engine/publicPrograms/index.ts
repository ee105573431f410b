/**
 * The table of public programs' shapes: each rebuilt small, in test/fixtures/publicPrograms, and what a preview is to say of it.
 * `npm run programs` prints it. Each file holds the programs of one subject; a new file is listed here.
 */
import { AWS_PROGRAMS } from "./aws";
import type { ProgramCase } from "./case";
import { KUBERNETES_PROGRAMS } from "./kubernetes";
import { LANGUAGE_PROGRAMS } from "./language";
import { OTHER_PACKAGES_PROGRAMS } from "./otherPackages";

export const PROGRAMS: readonly ProgramCase[] = [
  ...AWS_PROGRAMS,
  ...KUBERNETES_PROGRAMS,
  ...OTHER_PACKAGES_PROGRAMS,
  ...LANGUAGE_PROGRAMS,
];
