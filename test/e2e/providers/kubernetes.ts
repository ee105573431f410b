import { KubernetesStandIn } from "./kubernetes/standIn";
import { serve } from "./serve";

serve(new KubernetesStandIn());
