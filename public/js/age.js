/* Relative times in the same words as the server's (server/web/relative-time.ts); a test holds the two together. */

/** `52 s`, `44 min`, `5 h`, `12 d`: how long ago or ahead, never negative. */
export function ageText(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  const days = Math.floor(hours / 24);
  return days < 730 ? `${days} d` : `${Math.floor(days / 365)} y`;
}

/** The text of a `<time data-tick>` whose instant lies `milliseconds` back. */
export function tickText(form, milliseconds) {
  const text = ageText(milliseconds);
  if (form === 'ago') return milliseconds < 0 ? `in ${text}` : `${text} ago`;
  if (form === 'in') return milliseconds < 0 ? `in ${text}` : 'now';
  return text;
}
