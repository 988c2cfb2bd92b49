import { kindOf } from '../kinds/index.ts';
import { isWithin } from '../sight.ts';
import type { Sight } from '../sight.ts';
import { entryAt } from '../summarize.ts';
import type { Lookup } from './diagnosis.ts';

/** Other objects of Flux as the asker of `sight` may see them at `now`. */
export function lookupIn(sight: Sight, now: Date): Lookup {
  return (reference) => {
    const entry = sight.entry(reference);
    if (entry !== undefined) return { state: 'seen', entry: entryAt(entry, now) };
    const kind = kindOf(reference.group, reference.kind);
    const seen = kind === undefined ? undefined : sight.of(kind);
    if (seen === undefined || (seen.collection.state !== 'live' && seen.collection.state !== 'stale')) {
      return { state: 'unknown' };
    }
    return { state: isWithin(seen.scope, reference.namespace) ? 'missing' : 'hidden' };
  };
}
