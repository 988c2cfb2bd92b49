import type { Entry } from '../../../kube/cluster.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { maskText } from '../../../mask-credentials.ts';
import { explain } from '../because/explain.ts';
import { causeMessage, failureBefore } from '../failure.ts';
import type { About } from '../because/rule.ts';
import { sentence } from '../because/rule.ts';
import type { KindDefinition } from '../kind.ts';
import { referenceName, referenceTo } from '../references.ts';
import { standingOf } from '../status.ts';
import type { FluxSummary, ObjectReference } from '../summary.ts';
import { remedyFor, unknownRemedy } from './fixes.ts';
import type { Remedy } from './fixes/remedy.ts';
import { unhealthyIn, unhealthyRemedy } from './workload-cause.ts';

/** What an object's own conditions say is wrong. */
export interface OwnCause {
  /** The controller's words, masked; empty when it gives none. */
  message: string;
  /** In our words and without advice, no full stop. */
  words: string;
  /** The same, where the cause has shorter words than what it does to this object. */
  title: string;
  remedy: Remedy;
  known: boolean;
  /** What a health check waited for in vain. */
  unhealthy: readonly ObjectReference[];
}

/** Rules look through messages from end to end; what matters stands near their beginning. */
const longestMessage = 4_000;

/** Objects are never changed in place, so what was read from one holds as long as it is there. */
const read = new WeakMap<KubeObject, OwnCause>();

/** What the object itself tells of its failure. Made once for each object. */
export function ownCause(entry: Entry<FluxSummary>, kind: KindDefinition): OwnCause {
  const known = read.get(entry.object);
  if (known !== undefined) return known;
  const cause = readCause({ object: entry.object, kind });
  read.set(entry.object, cause);
  return cause;
}

function readCause(about: About): OwnCause {
  const standing = standingOf(about.object, about.kind);
  const told = standing.state === 'reconciling' ? failureBefore(about.object, standing) : causeMessage(standing);
  const message = maskText(told ?? '')
    .slice(0, longestMessage)
    .trim();
  const unhealthy = unhealthyIn(message);
  const found = message === '' ? undefined : (unhealthyRemedy(unhealthy, message, about) ?? remedyFor(message, about));
  const words = withoutAdvice(
    message === '' ? 'Its controller reports that it is not ready, and does not say why' : explain(message, about),
  );
  return {
    message,
    words,
    title: found?.title ?? titleOf(words, found, about),
    remedy: found ?? unknownRemedy(about),
    known: found !== undefined,
    unhealthy,
  };
}

/** Words that are about the object alone, whatever others say of themselves. */
const ofItself = /^(?:Its|No|What) /;

/** Where many may say the same words, they say whom they mean: the Secret that is refused, or the object itself. */
function titleOf(words: string, remedy: Remedy | undefined, { object }: About): string {
  if (remedy?.culprit !== undefined) return `${words}: ${referenceName(remedy.culprit.reference)}`;
  if (!ofItself.test(words)) return words;
  return `${referenceName(referenceTo(object))}: ${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

const advice =
  /(?:: |\. |, or )(?:add|ask|check|choose|copy|correct|create|delete|give|grant|install|look|make|name|push|put|remove|renew|roll|set|sign|use|publish|move|uninstall|take|wait)\b/gi;

/** What is wrong without what to do: our sentences have the advice at their end, after a colon or as one of their own. */
function withoutAdvice(text: string): string {
  const clean = sentence(text).replace(/[.]$/, '');
  // What a webhook or a template says after the colon is theirs, however it begins.
  const own = Math.max(clean.indexOf('refused it: '), clean.search(/stops at line \d+: /));
  for (const found of clean.matchAll(advice)) {
    if (own !== -1 && found.index <= own + 30 && !found[0].startsWith('. ')) continue;
    return clean.slice(0, found.index).replace(/[,;]$/, '');
  }
  return clean;
}
