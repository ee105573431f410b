/** Where the engine is, bundled or not. */
export declare const engineFolder: string;
/** Makes `require` run `.ts` files of this process, those in node_modules excepted. Idempotent. */
export declare function install(): void;
/**
 * The source position of a position in a file that this process transpiled, or undefined where there is none.
 * Lines and columns are 1-based, as in stack traces.
 */
export declare function originalPosition(
  file: string,
  line: number,
  column: number,
): { file: string; line: number; column: number } | undefined;
/** From now on, files that aren't the product's own are transpiled with this tsconfig, or with Pulumi's defaults. */
export declare function useTsconfig(file: string | undefined): void;
/** The module at a URL, for those who are bundled: what is left of an `import()` of theirs is a `require`. */
export declare function importModule(url: string): Promise<Record<string, unknown>>;
/** Makes `import` run `.ts` files of this process as ES modules, with the tsconfig that is chosen. */
export declare function installForModules(): void;
