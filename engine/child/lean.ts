import Module from "node:module";
import path from "node:path";

/**
 * Loads the SDK without what few programs use: what serializes the functions of dynamic providers (the TypeScript compiler, npm's
 * dependency resolver, readers of package files), the Automation API, and the comparison of versions that only a program with
 * two versions of one package needs. Together they are three quarters of its loading time. Each loads on first use.
 */
export function loadLazily(): void {
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  loader._load = function (this: unknown, request, parent, isMain): unknown {
    const real = (): unknown => load.call(this, request, parent, isMain);
    return parent !== undefined && isHeavy(request, parent.filename) ? lazy(real) : real();
  };
}

type Load = (request: string, parent: { filename: string } | undefined, isMain: boolean) => unknown;

const sdk = `${path.sep}@pulumi${path.sep}pulumi${path.sep}`;

const heavy: ReadonlySet<string> = new Set(["@npmcli/arborist", "fdir", "normalize-package-data", "semver"]);

function isHeavy(request: string, from: string): boolean {
  if (!from.includes(sdk)) return false;
  if (heavy.has(request) || request.endsWith("/typescript-shim")) return true;
  return request === "./automation" && from.endsWith(`${sdk}index.js`);
}

/**
 * A stand-in that becomes the module on the first look at it. It says it is an ES module, so that nobody copies its members;
 * what isn't one is then its own default export, as compilers have it.
 */
function lazy(load: () => unknown): object {
  let loaded: Record<PropertyKey, unknown> | undefined;
  const target = (): Record<PropertyKey, unknown> => (loaded ??= load() as Record<PropertyKey, unknown>);
  return new Proxy(
    {},
    {
      get: (_, key): unknown => {
        if (key === "__esModule") return true;
        const module = target();
        return key === "default" && module["__esModule"] !== true ? module : module[key];
      },
      has: (_, key) => key in target(),
      set: (_, key, value) => Reflect.set(target(), key, value),
    },
  );
}
