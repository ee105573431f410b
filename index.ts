import { applications } from "./applications";
import { stackProgram } from "./library";

/** The stacks of this repository: the applications that they choose from, and all else from the library, as in any other project. */
export = stackProgram(applications);
