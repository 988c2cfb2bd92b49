const anotherValue = ' (another value)';

/**
 * `shownAfter`, where what reads the same as before although it is not carries a word of it: a hidden value that has changed
 * says so and stays hidden. `before` and `after` are the true values, `shownBefore` and `shownAfter` what may be read of them.
 */
export function withHiddenChanges(before: unknown, after: unknown, shownBefore: unknown, shownAfter: unknown): unknown {
  if (isMap(shownAfter) && isMap(after)) {
    return Object.fromEntries(
      Object.entries(shownAfter).map(([key, value]) => [
        key,
        withHiddenChanges(valueAt(before, key), after[key], valueAt(shownBefore, key), value),
      ]),
    );
  }
  if (Array.isArray(shownAfter) && Array.isArray(after)) {
    const [was, wasShown] = [itemsLike(before, after), itemsLike(shownBefore, shownAfter)];
    return shownAfter.map((value, index) => withHiddenChanges(was[index], after[index], wasShown[index], value));
  }
  if (typeof shownAfter !== 'string' || shownAfter !== shownBefore) return shownAfter;
  return JSON.stringify(before) === JSON.stringify(after) ? shownAfter : shownAfter + anotherValue;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(value: unknown, key: string): unknown {
  return isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** For each item of `other` what it was in `list`: the item of the same name, or of the same place where it has none. */
function itemsLike(list: unknown, other: readonly unknown[]): unknown[] {
  if (!Array.isArray(list)) return [];
  const byName = new Map(list.map((item): [unknown, unknown] => [valueAt(item, 'name'), item]).toReversed());
  return other.map((item, index) => {
    const name = valueAt(item, 'name');
    return name === undefined ? list[index] : byName.get(name);
  });
}
