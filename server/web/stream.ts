import type { z } from 'zod';
import type { AccessRule } from '../errors.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Identity } from '../kube/identity.ts';

interface StreamContext {
  cluster: Cluster;
  identity: Identity;
  /** Aborted when nobody looks any more. */
  signal: AbortSignal;
}

/**
 * Something that goes on and on and is shown as it comes, such as a log, declared once by a plugin. It is served over the
 * socket of an open page: opened by the page's script, ended when the page is left.
 */
export interface Stream<Input = unknown, Item extends object = object> {
  /** Dotted: `flux.logs`. */
  name: string;
  input: z.ZodType<Input>;
  /** The rights it takes, asked as the asker before it begins and again while it goes on. */
  needs(input: Input, cluster: Cluster): AccessRule[];
  /**
   * Items in batches, as they come. Ends by itself or when the signal aborts; throws a SluiceError whose message is shown.
   * Items are plain data as JSON has it, masked of credentials; one that comes too fast for the reader may be left out.
   */
  open(input: Input, context: StreamContext): AsyncIterable<readonly Item[]>;
  /** Renders one item, as `row`, with the helper `link`. */
  template: string;
}

/** Gives a stream its types; what holds streams of all kinds needs none of them. */
export function defineStream<Input, Item extends object>(stream: Stream<Input, Item>): Stream {
  return stream;
}
