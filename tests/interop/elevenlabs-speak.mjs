// ElevenLabs' official library against a local server: speaks a text and prints the audio's length and hash, or the error, as one JSON object.
//   node elevenlabs-speak.mjs ADDRESS KEY VOICE MODEL LANGUAGE TEXT
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const { ElevenLabsClient } = createRequire(import.meta.url)("@elevenlabs/elevenlabs-js");
const [baseUrl, apiKey, voice, modelId, languageCode, text] = process.argv.slice(2);
const client = new ElevenLabsClient({ apiKey, baseUrl, maxRetries: 0 });
try {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of await client.textToSpeech.stream(voice, {
    text, modelId, languageCode: languageCode || undefined, outputFormat: "ulaw_8000", voiceSettings: { stability: 0.5, similarityBoost: 0.75 },
  })) {
    bytes += piece.length;
    hash.update(piece);
  }

  console.log(JSON.stringify({ bytes, sha256: hash.digest("hex") }));
} catch (error) {
  const detail = error.body?.detail;
  console.log(JSON.stringify({ status: error.statusCode ?? 0, word: detail?.status ?? detail?.[0]?.loc?.join(".") ?? String(error) }));
}

process.exit(0);
