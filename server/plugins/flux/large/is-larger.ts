/** Whether a value would take more than `most` characters as JSON, about. It looks no further than it must. */
export function isLarger(value: unknown, most: number): boolean {
  return roomAfter(value, most) < 0;
}

/** What is left of `room` when the value has taken its part; less than nothing where it does not fit. */
function roomAfter(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length - 3;
  if (typeof value !== 'object' || value === null) return room - 6;
  let left = room - 2;
  // Keys of a list cost nothing in JSON, and little here.
  for (const key in value) {
    left = roomAfter((value as Record<string, unknown>)[key], left - (Array.isArray(value) ? 0 : key.length + 3));
    if (left < 0) return left;
  }
  return left;
}

/** Whether there are more than `most` values in a value, those that hold others included. It looks no further than it must. */
export function hasMoreValues(value: unknown, most: number): boolean {
  return valuesLeft(value, most) < 0;
}

function valuesLeft(value: unknown, most: number): number {
  let left = most - 1;
  if (typeof value !== 'object' || value === null) return left;
  for (const key in value) {
    left = valuesLeft((value as Record<string, unknown>)[key], left);
    if (left < 0) return left;
  }
  return left;
}
