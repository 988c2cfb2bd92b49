const unitSeconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/**
 * A Go duration (`1h30m`, `90s`, `1.5h`, `0`) in seconds; undefined when it is none. Flux writes every interval and
 * timeout this way (Go's time.ParseDuration).
 */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[+-]?0$/.test(text)) return 0;
  if (!/^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    seconds += Number(amount) * (unitSeconds[unit ?? 's'] ?? 0);
  }
  return text.startsWith('-') ? -seconds : seconds;
}

/** Seconds for people, at most two units: `10 min`, `1 h 30 min`, `45 s`, `120 ms`, `5 d`. */
export function humanDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  if (seconds < 0) return `-${humanDuration(-seconds)}`;
  if (seconds === 0) return '0 s';
  if (seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  const whole = Math.round(seconds);
  const units: readonly [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const first = units.findIndex(([size]) => whole >= size);
  const [size, unit] = units[first] ?? [1, 's'];
  const [nextSize, nextUnit] = units[first + 1] ?? [0, ''];
  const rest = nextSize === 0 ? 0 : Math.floor((whole % size) / nextSize);
  return rest === 0 ? `${Math.floor(whole / size)} ${unit}` : `${Math.floor(whole / size)} ${unit} ${rest} ${nextUnit}`;
}

/** A Go duration for people; what is no duration stays as it is. */
export function humanGoDuration(text: string | undefined): string | undefined {
  const seconds = parseDuration(text);
  return seconds === undefined ? text : humanDuration(seconds);
}
