import Module from "node:module";
import path from "node:path";

/**
 * Loads the SDK without what few programs use: the TypeScript compiler and npm's dependency resolver (to serialize
 * functions of dynamic providers) and the Automation API are two thirds of its loading time. They load on first use.
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

function isHeavy(request: string, from: string): boolean {
  if (!from.includes(sdk)) return false;
  if (request === "@npmcli/arborist" || request.endsWith("/typescript-shim")) return true;
  return request === "./automation" && from.endsWith(`${sdk}index.js`);
}

/** A stand-in that becomes the module on the first look at it. It says it is an ES module, so nobody copies its members. */
function lazy(load: () => unknown): object {
  let loaded: object | undefined;
  const target = (): object => (loaded ??= load() as object);
  return new Proxy(
    {},
    {
      get: (_, key): unknown => (key === "__esModule" ? true : Reflect.get(target(), key)),
      has: (_, key) => Reflect.has(target(), key),
      set: (_, key, value) => Reflect.set(target(), key, value),
    },
  );
}
