// Writes models/tokens.txt, the vocabulary file of the Moonshine recogniser: one line an id, "base64-of-bytes id".
// The pieces come from llama-tokenizer-js (the model uses the same 32,000 pieces; ids 32000 to 32767 are never produced).
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tokenizer from 'llama-tokenizer-js';

const PIECES = 32000;
const IDS = 32768;

const directory = join(dirname(fileURLToPath(import.meta.url)), 'models');
const target = join(directory, 'tokens.txt');

function bytesOf(piece) {
  const single = /^<0x([0-9A-Fa-f]{2})>$/.exec(piece);
  return single ? Buffer.from([parseInt(single[1], 16)]) : Buffer.from(piece.replaceAll('\u2581', ' '), 'utf8');
}

if (tokenizer.vocabById.length !== PIECES)
  throw new Error(`llama-tokenizer-js holds ${tokenizer.vocabById.length} pieces instead of ${PIECES}`);

const lines = [];
for (let id = 0; id < IDS; id++) {
  const bytes = id < PIECES ? bytesOf(tokenizer.vocabById[id]) : Buffer.from(`<unused_${id}>`);
  lines.push(`${bytes.toString('base64')} ${id}\n`);
}
const text = lines.join('');

function current() {
  try {
    return readFileSync(target, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

if (current() !== text) {
  // Written beside the target and renamed, so that a reader never sees half a file.
  mkdirSync(directory, { recursive: true });
  const partial = `${target}.${process.pid}`;
  try {
    writeFileSync(partial, text);
    renameSync(partial, target);
  } finally {
    rmSync(partial, { force: true });
  }
}
