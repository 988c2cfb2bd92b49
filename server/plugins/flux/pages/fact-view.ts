import type { PageRequest } from '../../../web/page.ts';
import type { Fact } from '../kind.ts';
import { isInstant } from '../read.ts';
import { referenceView } from './object-view.ts';
import type { ObjectView } from './object-view.ts';

/** A fact as the facts component draws it. */
export interface FactView {
  label: string;
  value: string;
  as: 'text' | 'code' | 'url' | 'time' | 'object';
  object: ObjectView | undefined;
}

/** Facts of a kind, drawn: references as objects, instants as times. */
export function factViews(facts: readonly Fact[], link: PageRequest['link']): FactView[] {
  return facts.map(({ label, value, as, reference }) => {
    if (reference !== undefined)
      return { label, value, as: 'object', object: { ...referenceView(reference, link), kind: reference.kind } };
    if (isInstant(value)) return { label, value, as: 'time', object: undefined };
    return { label, value, as: as === undefined || as === 'reference' ? 'text' : as, object: undefined };
  });
}
