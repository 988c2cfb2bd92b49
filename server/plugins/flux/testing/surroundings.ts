import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { groupOf, keyOf } from '../../../kube/object.ts';
import { summarizeEvent } from '../events.ts';
import type { EventSummary } from '../events.ts';
import type { Surroundings } from '../kind.ts';
import { kindOf } from '../kinds/index.ts';
import { referenceKey, referenceTo } from '../references.ts';
import { summarizeFor } from '../summarize.ts';
import type { FluxSummary } from '../summary.ts';

/** A Flux object as the store holds it. Throws for what is none. */
export function entryOf(object: KubeObject): Entry<FluxSummary> {
  const kind = kindOf(groupOf(object.apiVersion), object.kind);
  if (kind === undefined) throw new Error(`${object.apiVersion} ${object.kind} is no kind of Flux`);
  return { key: keyOf(object), object, summary: summarizeFor(kind)(object) };
}

interface Around {
  /** Flux objects that are seen. */
  objects?: readonly KubeObject[];
  /** Undefined: they may not be listed. */
  events?: readonly KubeObject[] | undefined;
  /** Objects that can be read. */
  readable?: readonly KubeObject[];
  /** Kinds that the asker may see in no namespace. */
  hidden?: readonly string[];
  now?: Date;
}

/** What panels look at, made of a test's own objects. */
export function surroundingsOf(around: Around = {}): Surroundings {
  const { objects = [], readable = [], hidden = [], now = new Date('2026-03-02T09:00:00Z') } = around;
  const seen = objects.filter(({ kind }) => !hidden.includes(kind)).map((object) => entryOf(object));
  const events = 'events' in around ? around.events : [];
  const byKey = new Map(readable.map((object) => [referenceKey(referenceTo(object)), object]));
  return {
    now,
    entry: (reference) => seen.find(({ object }) => referenceKey(referenceTo(object)) === referenceKey(reference)),
    entries: (group, kind) => seen.filter(({ object }) => object.kind === kind && groupOf(object.apiVersion) === group),
    sees: (_group, kind) => !hidden.includes(kind),
    events: events?.map((object): Entry<EventSummary> => ({
      key: keyOf(object),
      object,
      summary: summarizeEvent(object),
    })),
    read: async (references) =>
      references.map((reference) => {
        const object = byKey.get(referenceKey({ ...reference }));
        return { object, hidden: object === undefined };
      }),
  };
}
