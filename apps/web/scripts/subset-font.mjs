/**
 * Creates src/app/fonts/inter-latin.woff2 from the Inter in @fontsource-variable: the characters of Western European
 * languages, in the weights that the product uses. Run it after an upgrade of that package and commit the result:
 *
 *   node scripts/subset-font.mjs
 *
 * The build doesn't run it, because it takes seconds and always gives the same result.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

/** The same as unicode-range in src/app/fonts/fonts.css. The other ranges come from the package unchanged. */
const RANGES =
  '0-FF,131,152-153,2BB-2BC,2C6,2DA,2DC,304,308,329,2000-206F,20AC,2122,2191,2193,2212,2215,FEFF,FFFD';
/** Regular to bold. */
const WEIGHTS = { min: 400, max: 700 };

const characters = RANGES.split(',').flatMap((range) => {
  const [from, to = from] = range.split('-').map((code) => Number.parseInt(code, 16));
  return Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));
});
const whole = readFileSync(
  createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'),
);
const subset = await subsetFont(whole, characters.join(''), {
  targetFormat: 'woff2',
  variationAxes: { wght: WEIGHTS },
});
writeFileSync(fileURLToPath(new URL('../src/app/fonts/inter-latin.woff2', import.meta.url)), subset);
console.log(`inter-latin.woff2: ${subset.length} bytes of ${whole.length}`);
