import type { Substitution } from './build-result.ts';
import { expandTemplate } from './substitute/expand-template.ts';
import type { Expansion } from './substitute/parse-template.ts';
import { namesIn } from './substitute/parse-template.ts';
import type { Variables } from './substitute/read-variables.ts';

const withDefault = new Set([':=', ':-', '=']);

/** Every variable that is set or mentioned, by name: its value as it may be shown, and where that comes from. */
export function toldSubstitutions({ byName }: Variables, expansions: readonly Expansion[]): Substitution[] {
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

function hasDefault({ operator }: Expansion): boolean {
  return withDefault.has(operator);
}
