import type { Substitution } from './build-result.ts';
import { expandTemplate } from './substitute/expand-template.ts';
import type { Expansion } from './substitute/parse-template.ts';
import { namesIn } from './substitute/parse-template.ts';
import type { Variables } from './substitute/read-variables.ts';

const withDefault = new Set([':=', ':-', '=']);

/** Every variable that is set or mentioned, by name: its value as it may be shown, and where that comes from. */
export function toldSubstitutions(
  { byName }: Pick<Variables, 'byName'>,
  expansions: readonly Expansion[],
): Substitution[] {
  const mentioned = Map.groupBy(expansions, ({ name }) => name);
  const names = [...new Set([...byName.keys(), ...mentioned.keys()])].toSorted();
  return names.map((name): Substitution => {
    const variable = byName.get(name);
    const mentions = mentioned.get(name) ?? [];
    const used = mentions.length > 0;
    // An empty value counts as none.
    if (variable !== undefined && (variable.value !== '' || !mentions.some(hasDefault))) {
      const { value, from, overruled, isSecret } = variable;
      return { name, ...(!isSecret && { value }), masked: isSecret, from, overruled, used };
    }
    const overruled = variable === undefined ? [] : [...variable.overruled, variable.from];
    const standing = mentions.find(hasDefault);
    if (standing === undefined) return { name, masked: false, from: { kind: 'nothing' }, overruled, used };
    const masked = [...namesIn(standing.operands)].some((each) => byName.get(each)?.isSecret === true);
    const value = expandTemplate(standing.operands, (each) => byName.get(each)?.value);
    return { name, ...(!masked && { value }), masked, from: { kind: 'default' }, overruled, used };
  });
}

/** What stands in for a value that is not set, or asks whether it is. */
const toleratesUnset = new Set([':=', ':-', '=', ':?', ':+']);

/** Variables that nothing sets though a manifest counts on it: Flux 2.9 and later does not build then. */
export function unsetNames({ byName }: Variables, expansions: readonly Expansion[]): string[] {
  const counted = expansions.filter(({ name, operator }) => !byName.has(name) && !toleratesUnset.has(operator));
  return [...new Set(counted.map(({ name }) => name))].toSorted();
}

function hasDefault({ operator }: Expansion): boolean {
  return withDefault.has(operator);
}
