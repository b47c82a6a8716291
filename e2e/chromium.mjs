// Which browser the tests drive: the one named, the system's, Playwright's own, or the one npm can ship.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const SYSTEM = [
  // The same engine without the windows of a browser around it, which cost as much as many a page.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of a Chromium, or an error that says what to install. */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`);
  }
  for (const path of [...SYSTEM, chromium.executablePath()])
    if (path && existsSync(path)) return path;
  try {
    const { default: shipped } = await import('@sparticuz/chromium');
    const path = await shipped.executablePath();
    if (path && existsSync(path)) return path;
  } catch {
    // Not for this system: said below.
  }
  throw new Error(
    'No Chromium was found. Install one (on Debian: apt-get install chromium-headless-shell), or set CHROMIUM_PATH.',
  );
}
