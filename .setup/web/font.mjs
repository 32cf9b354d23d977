// font.mjs FROM TO: as much of Inter as the pages use. All of it is 48 KB, this 28, and it is asked for beside the first segment.
import { readFileSync, writeFileSync } from 'node:fs';
import subsetFont from 'subset-font';

const [from, to] = process.argv.slice(2);
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join('');
// Latin as fontsource cuts it (other scripts come from the system's fonts), punctuation and arrows.
const text = range(0x20, 0x7e) + range(0xa0, 0xff) + range(0x2010, 0x2026) + range(0x2190, 0x2193) + 'ıŒœʻʼˆ˚˜‹›⁄€™−∕\ufeff\ufffd';
// Between the weights of style/: text and headings.
const font = await subsetFont(readFileSync(from), text, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 620 } } });
writeFileSync(to, font);
