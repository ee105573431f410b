/**
 * The applications that this repository's stacks choose from, one file each. In: nothing. Out: what they declare, as data, unchecked.
 */
import type { DeclaredApplication } from "../flows";
import { fineract } from "./fineract";
import { jewelryShop } from "./jewelryShop";

/** Every application that a stack may place on a cluster. Adding a system is adding a file here, and a line. */
export const applications: readonly DeclaredApplication[] = [fineract, jewelryShop];
