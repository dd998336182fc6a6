import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'chrome.exe', 'msedge.exe'];
const folders = [
  ...(process.env.PATH ?? '').split(delimiter),
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    if (!folder) return [];
    return [join(folder, 'Google/Chrome/Application'), join(folder, 'Microsoft/Edge/Application')];
  }),
];
const places = [
  process.env.CHROMIUM ?? '',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
];

/** The Chromium that browser tests run in (`CHROMIUM` names another one), or undefined. */
export const chromiumPath: string | undefined = places.find((path) => path && existsSync(path));

/** Why browser tests are skipped where there is no Chromium. */
export const noChromium = 'no Chromium or Chrome found; CHROMIUM=/path/to/it names one';

/** Starts it without a window; `args` are more of its switches. */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  if (!chromiumPath) throw new Error(noChromium);
  return chromium.launch({
    executablePath: chromiumPath,
    // Containers have no user namespaces and little shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...args],
  });
}
