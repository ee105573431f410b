import { jewelryShop } from "../../applications/jewelryShop";
import { type Lab, labOnK3s } from "./lab";

/** The shop on its k3s cluster, with all that its owner's text mentions around it. */
export const jewelryShopLab = (): Lab =>
  labOnK3s(jewelryShop, {
    platform: {
      "postgres-operator": { namespace: "postgres-operator", pods: { name: "postgres-operator" } },
    },
    pods: {
      operator: { namespace: "postgres-operator", labels: { name: "postgres-operator" } },
      // Another team's pods with the shop's own labels: a label alone, without the namespace, must open nothing.
      impostor: { namespace: "default", labels: { component: "django" } },
    },
  });
