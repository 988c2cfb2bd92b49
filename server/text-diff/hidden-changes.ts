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
    return shownAfter.map((value, index) =>
      withHiddenChanges(itemLike(before, after, index), after[index], itemLike(shownBefore, shownAfter, index), value),
    );
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

/** The item of `list` that the item of `other` at `index` was: the one of the same name, or of the same place where they have none. */
function itemLike(list: unknown, other: readonly unknown[], index: number): unknown {
  if (!Array.isArray(list)) return undefined;
  const name = valueAt(other[index], 'name');
  return name === undefined ? list[index] : list.find((item) => valueAt(item, 'name') === name);
}
