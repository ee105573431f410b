import { AwsStandIn } from "./aws/standIn";
import { serve } from "./serve";

serve(new AwsStandIn());
