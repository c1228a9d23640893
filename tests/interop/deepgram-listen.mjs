// Deepgram's official library against a local server: says words in its tone language and prints every message, one JSON object a line.
//   node deepgram-listen.mjs ADDRESS KEY CODE,CODE,... [QUERY AS JSON]
import { createRequire } from "node:module";

const { DeepgramClient } = createRequire(import.meta.url)("@deepgram/sdk");
const [address, apiKey, codes, query] = process.argv.slice(2);
const client = new DeepgramClient({ apiKey, environment: { base: address, production: address, agent: address, agentRest: address } });
const print = (what) => console.log(JSON.stringify(what));
const socket = await client.listen.v1.connect({
  model: "nova-3", encoding: "mulaw", sample_rate: 8000, channels: 1, interim_results: "true", endpointing: 300, utterance_end_ms: 1000,
  vad_events: "true", language: "de", smart_format: "true", keyterm: ["Praxis", "Dr. Meier"], reconnectAttempts: 0, ...JSON.parse(query ?? "{}"),
});

let closed;
const over = new Promise((resolve) => (closed = resolve));
let finalized;
const answered = new Promise((resolve) => (finalized = resolve));
socket.on("message", (message) => {
  print(message);
  if (message.from_finalize) finalized();
});
socket.on("error", (error) => {
  print({ type: "error", message: String(error.message ?? error) });
  closed();
});
socket.on("close", (event) => {
  print({ type: "close", code: event.code, reason: String(event.reason ?? "") });
  closed();
});

socket.connect();
try {
  await Promise.race([socket.waitForOpen(), over]);
  const say = (code, ms) => socket.sendMedia(Buffer.alloc(ms * 8, code));
  const words = codes.split(",").filter((code) => code !== "").map(Number);
  for (const code of words.slice(0, -1)) {
    say(code, 300);
    say(0xff, 100);
  }

  say(0xff, 1200);
  socket.sendKeepAlive({ type: "KeepAlive" });
  say(words.at(-1), 300);
  say(0xff, 100);
  socket.sendFinalize({ type: "Finalize" });
  await Promise.race([answered, over]);
  socket.sendCloseStream({ type: "CloseStream" });
} catch (error) {
  print({ type: "error", message: String(error.message ?? error) });
  closed();
}

await over;
process.exit(0);
