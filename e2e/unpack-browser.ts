import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';

// A process of its own, started by browser.ts with TMPDIR: that is where the package unpacks to.
const packed = fileURLToPath(new URL('../bin', import.meta.resolve('@sparticuz/chromium')));
await chromium.executablePath();
await inflate(join(packed, 'al2023.tar.br'));
// The package's own one names folders of other places.
const fonts = '<fontconfig><dir prefix="relative">fonts</dir></fontconfig>\n';
writeFileSync(
  join(tmpdir(), 'fonts.conf'),
  `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n${fonts}`,
);
