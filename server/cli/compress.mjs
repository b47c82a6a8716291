// Compressed once, when built: what each answer would otherwise do anew, and worse.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Text; fonts are compressed in themselves. */
const WORTH_IT = /\.(js|css|svg)$/;
/** Smaller ones fit into one packet as they are. */
const MIN_BYTES = 1_024;

/** Lays `.br` and `.gz` (RFC 7932, RFC 1952) beside each file of a folder that gains by it. */
export function compressFiles(dir) {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (!WORTH_IT.test(name)) continue;
    const plain = readFileSync(path);
    if (plain.length < MIN_BYTES) continue;
    writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }));
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    };
    writeFileSync(`${path}.br`, brotliCompressSync(plain, { params }));
  }
}
