/** An instant so long before the company's "now", as Kubernetes writes it: `before('3h12m')` → `2026-11-21T06:06:39Z`. */
export type Before = (duration: string) => string;

const secondsPer: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration like `90d`, `3h12m`, `1.5s`. Throws for what is not one. */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== duration) {
    throw new Error(`Not a duration: ${duration}`);
  }
  return parts.reduce((total, part) => total + Number(part[1]) * (secondsPer[part[2] ?? 's'] ?? 1), 0);
}

/** An instant without fractions of a second, as Kubernetes writes it. */
export function instant(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function timeBefore(now: Date): Before {
  return (duration) => instant(new Date(now.getTime() - secondsOf(duration) * 1000));
}
