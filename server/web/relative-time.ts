/** How long ago or ahead an instant lies, in the shortest words: `52 s`, `44 min`, `5 h`, `12 d`. Never negative. */
export function ageText(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  const days = Math.floor(hours / 24);
  return days < 730 ? `${days} d` : `${Math.floor(days / 365)} y`;
}

/** A length of time in full: 600 → `10 min`, 5400 → `1 h 30 min`, 45 → `45 s`. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '';
  const whole = Math.max(0, Math.round(seconds));
  if (whole === 0) return seconds > 0 ? `${Math.round(seconds * 1000)} ms` : '0 s';
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor((whole % 86_400) / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** An instant in full, in UTC: `2026-11-19 14:31:15 UTC`. */
export function instantText(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The time of day of an instant, in UTC: `14:31:15`. */
export function clockText(date: Date): string {
  return date.toISOString().slice(11, 19);
}
