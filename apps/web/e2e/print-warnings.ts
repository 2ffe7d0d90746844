import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const QUIET = ['trace', 'debug', 'info'];
const MOST_LINES = 40;

/** Prints what the tested product warned about, since its logs go away with it. A failed test may have its cause there. */
export default async function printWarnings(): Promise<void> {
  const data = process.env['PELLUCID_E2E_DATA'];
  if (!data) return;
  for (const name of ['api', 'worker']) {
    const log = await readFile(join(data, 'logs', `${name}.log`), 'utf8').catch(() => '');
    const warnings = log.split('\n').filter(isWarning);
    if (warnings.length > MOST_LINES)
      console.log(`${name}: ${warnings.length - MOST_LINES} earlier warnings`);
    for (const line of warnings.slice(-MOST_LINES)) console.log(`${name}: ${line.slice(0, 1_000)}`);
  }
}

function isWarning(line: string): boolean {
  try {
    return !QUIET.includes((JSON.parse(line) as { level: string }).level);
  } catch {
    return line.trim() !== '';
  }
}
