/** What this Sluice knows of Flux's releases: nothing is asked of anybody at run time. */
const known: readonly { minor: string; newest: string }[] = [
  { minor: '2.9', newest: '2.9.4' },
  { minor: '2.8', newest: '2.8.8' },
  { minor: '2.7', newest: '2.7.5' },
  { minor: '2.6', newest: '2.6.4' },
];

/** When the table was last looked through, year and month. */
export const releasesAsOf = '2026-11';

/** Flux's project mends its three newest minor releases. */
const maintained = 3;

/** How a version of Flux stands, as far as this Sluice knows. */
export interface ReleaseStanding {
  state: 'ready' | 'warning' | 'failing' | 'none';
  /** `supported`, `patch available`, `no longer maintained`, `newer than known`, `not known`. */
  word: string;
  sentence: string;
}

/** Judges a version such as `2.9.2` or `v2.9.2`. */
export function standingOf(version: string | undefined): ReleaseStanding {
  const parts = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version ?? '');
  if (version === undefined || parts === null) {
    return { state: 'none', word: 'not known', sentence: 'Nothing here says which version of Flux this is.' };
  }
  const [major = 0, minor = 0, patch = 0] = parts.slice(1).map(Number);
  const [newest] = known;
  const [oldest] = known.slice(-1);
  const own = known.findIndex((release) => release.minor === `${major}.${minor}`);
  const ending = `As known by this Sluice in ${releasesAsOf}.`;
  if (own === -1) {
    const isNewer = compare([major, minor], numbersOf(newest?.minor)) > 0;
    if (isNewer) {
      return {
        state: 'ready',
        word: 'newer than known',
        sentence: `The newest this Sluice knows is ${newest?.newest}. ${ending}`,
      };
    }
    const isOlder = compare([major, minor], numbersOf(oldest?.minor)) < 0;
    return {
      state: isOlder ? 'failing' : 'none',
      word: isOlder ? 'no longer maintained' : 'not known',
      sentence: `Flux mends its three newest minor releases; the newest known is ${newest?.newest}. ${ending}`,
    };
  }
  const newestPatch = known[own]?.newest ?? version;
  if (own >= maintained) {
    return {
      state: 'failing',
      word: 'no longer maintained',
      sentence: `Flux mends its three newest minor releases, ${known[maintained - 1]?.minor} and later; ${major}.${minor} gets no fixes any more. ${ending}`,
    };
  }
  const newestFix = numbersOf(newestPatch)[2] ?? 0;
  if (patch < newestFix) {
    return {
      state: 'warning',
      word: 'fixes available',
      sentence: `${newestPatch} has fixes for ${major}.${minor}${own === 0 ? '' : `, and ${newest?.newest} is the newest known release`}. ${ending}`,
    };
  }
  const later = own === 0 ? 'Nothing newer is known.' : `${newest?.newest} is the newest known release.`;
  return { state: 'ready', word: 'supported', sentence: `${later} ${ending}` };
}

function numbersOf(version: string | undefined): number[] {
  return (version ?? '').split('.').map(Number);
}

function compare(one: readonly number[], other: readonly number[]): number {
  return (one[0] ?? 0) - (other[0] ?? 0) || (one[1] ?? 0) - (other[1] ?? 0);
}
