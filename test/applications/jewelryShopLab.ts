import { jewelryShop } from "../../applications/jewelryShop";
import { type DeclaredApplication, validateApplications } from "../../flows";
import { cluster, placement } from "../compile/worlds";
import { Lab } from "./lab";

const onK3s = cluster("k3s", {
  platform: {
    ingress: { namespace: "kube-system", pods: { "app.kubernetes.io/name": "traefik" } },
    monitoring: { namespace: "monitoring", pods: { "app.kubernetes.io/name": "prometheus" } },
    "postgres-operator": { namespace: "postgres-operator", pods: { name: "postgres-operator" } },
  },
});

const placed = placement({ application: "jewelry-shop", environment: "prod", namespace: "jewelry-shop" });

/** The shop on its k3s cluster, with all that its owner's text mentions around it. */
export function jewelryShopLab(declared: DeclaredApplication = jewelryShop): Lab {
  const [application] = validateApplications([declared]);
  if (application === undefined) throw new Error("no application");
  return new Lab(
    application,
    placed,
    onK3s,
    {
      traefik: { namespace: "kube-system", labels: { "app.kubernetes.io/name": "traefik" } },
      coredns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
      prometheus: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } },
      grafana: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "grafana" } },
      operator: { namespace: "postgres-operator", labels: { name: "postgres-operator" } },
      "netpol-test": { namespace: "default", labels: { run: "netpol-test" } },
      // Another team's pods with the shop's own labels: a label alone, without the namespace, must open nothing.
      impostor: { namespace: "default", labels: { component: "django" } },
    },
    {
      internet: ["8.8.8.8", "52.94.236.248"],
      "internet by IPv6": ["2606:4700::1111"],
      "Kubernetes API": ["192.168.1.10"],
      "another node": ["192.168.1.11"],
      "the API's service address": ["10.43.0.1"],
      "private addresses": ["10.0.0.7", "172.16.3.4", "192.168.77.1", "100.64.1.1"],
      "instance metadata": ["169.254.169.254"],
      "metadata by IPv6": ["fd00:ec2::254"],
    },
  );
}
