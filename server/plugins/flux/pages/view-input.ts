import type { Entry } from '../../../kube/cluster.ts';
import type { PageRequest } from '../../../web/page.ts';
import type { Sight } from '../sight.ts';
import type { FluxSummary } from '../summary.ts';

/** What a view of an object's page starts from, where it is worked out while somebody looks. */
export interface ViewInput {
  request: PageRequest;
  entry: Entry<FluxSummary>;
  sight: Sight;
  /** Path of the view below the cluster. */
  path: string;
}
