import { fileURLToPath } from 'node:url';

/** The directory that holds `views/` and `public/`. */
export function projectDirectory(name: 'views' | 'public'): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
