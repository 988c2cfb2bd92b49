import { kindOf } from '../kinds/index.ts';
import { sourceKey } from '../log-lines/follow-logs.ts';
import type { SourcedLine } from '../log-lines/read-logs.ts';
import { foreignIcon, objectPath } from './object-view.ts';

/** A line of a log as `views/flux/log-line.njk` draws it. */
export interface LogLineView {
  level: string;
  /** As the node wrote it; empty where it did not. */
  at: string;
  /** `pod/container` */
  from: string;
  label: string;
  message: string;
  error: string;
  logger: string;
  /** `path` is below the cluster and empty for what has no page. */
  object: { icon: string; kind: string; namespace: string; name: string; path: string } | undefined;
  facts: { label: string; value: string }[];
  /** Empty where it says no more than the rest. */
  raw: string;
}

const longestShown = 4_000;

/** A line in the words of the page. Lines are many, so everything that can be left to the template is. */
export function logLineView({ source, at, ...line }: SourcedLine): LogLineView {
  const { object } = line;
  const kind = object === undefined ? undefined : kindOf(object.group, object.kind);
  return {
    level: line.level ?? '',
    at: at ?? '',
    from: sourceKey(source),
    label: source.label,
    message: cut(line.message),
    error: line.error === undefined ? '' : cut(line.error),
    logger: line.logger ?? '',
    object: object && {
      icon: kind?.icon ?? foreignIcon(object.kind),
      kind: object.kind,
      namespace: object.namespace ?? '',
      name: object.name,
      path: kind === undefined ? '' : objectPath(kind.plural, object.namespace, object.name),
    },
    facts: line.facts,
    raw: line.structured ? line.raw : '',
  };
}

function cut(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
