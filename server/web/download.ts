import type { PageRequest } from './page.ts';

/** A text file that is made when somebody asks for it, declared by a plugin. Masked of credentials by whoever makes it. */
export interface Download {
  /** Express path below the cluster: `/flux/logs/download`. */
  path: string;
  /** Throws SluiceError for forbidden, invalid and not found. */
  make(request: Omit<PageRequest, 'link' | 'url' | 'isOpen'>): Promise<{ fileName: string; text: string }>;
}
