import type { Provider, State } from "./provider";
import { serve } from "./serve";
import { changedNames } from "./values";

/** A provider of a made-up package: a resource is what its inputs say, and nothing is made anywhere. For small programs. */
const echo: Provider = {
  version: "1.0.0",
  configure: () => Promise.resolve(),
  check: (_target, _olds, news) => Promise.resolve(news),
  diff: (_target, _state, olds, news) => Promise.resolve({ changed: changedNames(olds, news), replaces: [] }),
  create: ({ name }, inputs, preview): Promise<State> =>
    Promise.resolve({ id: preview ? "" : `${name}-id`, outputs: inputs }),
  update: (_target, _state, _olds, news) => Promise.resolve(news),
  read: (_target, id, inputs, outputs) => Promise.resolve({ id, outputs, inputs }),
  remove: () => Promise.resolve(),
  invoke: (token) => Promise.reject(new Error(`the echo provider has no function ${token}`)),
};

serve(echo);
