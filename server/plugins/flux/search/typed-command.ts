/** What can be said before an object's name in the search box. */
const commandVerbs = ['sync', 'suspend', 'resume', 'diff', 'yaml', 'events', 'logs'] as const;

export type CommandVerb = (typeof commandVerbs)[number];

/** Something typed into the search box that asks for a command: `sync checkout`. */
export interface TypedCommand {
  verb: CommandVerb;
  /** What it is to be done to, still to be searched for. */
  rest: string;
}

/**
 * Reads `sync checkout`; three letters of the verb are enough, and `reconcile` is another word for it. Undefined when the
 * first word is no verb or nothing stands behind it.
 */
export function typedCommand(typed: string): TypedCommand | undefined {
  const [, first = '', rest = ''] = /^(\S+)\s+(\S.*)$/.exec(typed.trim()) ?? [];
  const word = first.toLowerCase();
  if (word.length < 3) return undefined;
  if ('reconcile'.startsWith(word)) return { verb: 'sync', rest };
  const verb = commandVerbs.find((each) => each.startsWith(word));
  return verb === undefined ? undefined : { verb, rest };
}
