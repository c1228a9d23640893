// Runs OpenAI's official realtime client against the server given by address and key, whose answers the test has scripted.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { OpenAIRealtimeWS } from "openai/realtime/ws";

const [baseURL, apiKey] = process.argv.slice(2);
const options = { rejectUnauthorized: false };
let checks = 0;

// A session whose events can be waited for, in order.
function open(model = "gpt-realtime", key = apiKey) {
  const realtime = new OpenAIRealtimeWS({ model, options }, new OpenAI({ baseURL, apiKey: key, maxRetries: 0 }));
  const events = [], waiting = [];
  const look = () => {
    for (let i = waiting.length - 1; i >= 0; i--) {
      const found = events.find((event) => !event.seen && waiting[i].which(event));
      if (found) { found.seen = true; waiting.splice(i, 1)[0].resolve(found); }
    }
  };
  realtime.on("event", (event) => { events.push({ ...event }); look(); });
  const errors = [];
  realtime.on("error", (error) => errors.push(error));
  return {
    realtime, events, errors,
    until: (type, which = () => true) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${type}; there were ${events.map((event) => event.type)}`)), 10_000);
      waiting.push({ which: (event) => event.type === type && which(event), resolve: (event) => { clearTimeout(timer); resolve(event); } });
      look();
    }),
    closed: () => new Promise((resolve) => realtime.socket.on("close", resolve)),
  };
}

const check = async (run) => { await run(); checks++; };
const main = open();
const { realtime, until } = main;
const pcmu = { type: "audio/pcmu" };
const hear = (ms, code) => {
  for (let done = 0; done < ms; done += 20) realtime.send({ type: "input_audio_buffer.append", audio: Buffer.alloc(160, code).toString("base64") });
};

await check(async () => {
  const { session } = await until("session.created");
  assert.equal(session.type, "realtime");
  assert.equal(session.model, "gpt-realtime");
  assert.equal(session.audio.input.format.type, "audio/pcm");
});

await check(async () => {
  realtime.send({
    type: "session.update",
    session: {
      type: "realtime", output_modalities: ["audio"], instructions: "Be brief",
      audio: {
        input: { format: pcmu, transcription: { model: "gpt-4o-mini-transcribe", language: "en" }, turn_detection: { type: "server_vad", silence_duration_ms: 400 } },
        output: { format: pcmu, voice: "marin" },
      },
      tools: [{ type: "function", name: "book", description: "d", parameters: { type: "object" } }], tool_choice: "auto",
    },
  });
  const { session } = await until("session.updated");
  assert.deepEqual(session.audio.output.format, pcmu);
  assert.equal(session.audio.input.turn_detection.silence_duration_ms, 400);
});

await check(async () => {
  realtime.send({ type: "session.update", event_id: "beta", session: { type: "realtime", input_audio_format: "g711_ulaw" } });
  const { error } = await until("error");
  assert.deepEqual([error.code, error.param, error.event_id], ["unknown_parameter", "session.input_audio_format", "beta"]);
});

let answered;
await check(async () => {
  hear(1000, 0xff);
  hear(600, 0x80);
  hear(500, 0xff);
  const started = await until("input_audio_buffer.speech_started");
  const stopped = await until("input_audio_buffer.speech_stopped");
  assert.deepEqual([started.audio_start_ms, stopped.audio_end_ms], [700, 2000]);
  assert.equal((await until("input_audio_buffer.committed")).item_id, started.item_id);
  const added = await until("conversation.item.added", (event) => event.item.role === "user");
  assert.equal(added.item.id, started.item_id);
  const said = await until("conversation.item.input_audio_transcription.completed");
  assert.deepEqual([said.item_id, said.transcript, said.usage.type], [started.item_id, "A table for two", "tokens"]);
});

await check(async () => {
  const { response } = await until("response.created");
  const audio = [];
  const done = await until("response.done");
  for (const event of main.events.filter((event) => event.type === "response.output_audio.delta")) {
    assert.equal(event.response_id, response.id);
    audio.push(Buffer.from(event.delta, "base64"));
  }
  assert.equal(Buffer.concat(audio).length, "Sure. When?".length * 40 * 8);
  const words = main.events.filter((event) => event.type === "response.output_audio_transcript.delta").map((event) => event.delta).join("");
  assert.equal(words, "Sure. When?");
  assert.equal(done.response.status, "completed");
  assert.equal(done.response.usage.input_token_details.cached_tokens_details.audio_tokens, 4);
  answered = done.response.output[0];
  assert.equal(answered.content[0].transcript, words);
  const order = ["response.created", "response.output_item.added", "response.content_part.added", "response.output_audio.delta", "response.output_audio.done",
    "response.content_part.done", "response.output_item.done", "response.done"].map((type) => main.events.findIndex((event) => event.type === type));
  assert.deepEqual(order, order.toSorted((x, y) => x - y));
});

await check(async () => {
  realtime.send({ type: "conversation.item.truncate", event_id: "far", item_id: answered.id, content_index: 0, audio_end_ms: 60_000 });
  const { error } = await until("error");
  assert.deepEqual([error.code, error.param, error.event_id], ["invalid_value", "audio_end_ms", "far"]);
  realtime.send({ type: "conversation.item.truncate", item_id: answered.id, content_index: 0, audio_end_ms: 120 });
  assert.equal((await until("conversation.item.truncated")).audio_end_ms, 120);
});

await check(async () => {
  realtime.send({ type: "response.create", response: { metadata: { reply: "3" } } });
  const { response } = await until("response.done", (event) => event.response.metadata?.reply === "3");
  const [call] = response.output;
  assert.deepEqual([call.type, call.name, JSON.parse(call.arguments)], ["function_call", "book", { guests: 2 }]);
  realtime.send({ type: "conversation.item.create", item: { type: "function_call_output", call_id: call.call_id, output: "{}" } });
  assert.equal((await until("conversation.item.done", (event) => event.item.type === "function_call_output")).item.call_id, call.call_id);
  realtime.send({ type: "conversation.item.create", item: { type: "function_call_output", call_id: "nobody", output: "{}" } });
  assert.equal((await until("error")).error.code, "invalid_tool_call_id");
});

await check(async () => {
  realtime.send({ type: "response.create" });
  const { response } = await until("response.created", (event) => event.response.metadata === null && event.response.id !== main.events.find((e) => e.type === "response.created").response.id);
  await until("response.output_audio.delta", (event) => event.response_id === response.id);
  realtime.send({ type: "response.create", event_id: "again" });
  assert.deepEqual((await until("error")).error.code, "conversation_already_has_active_response");
  hear(400, 0x80);
  const { response: done } = await until("response.done", (event) => event.response.id === response.id);
  assert.deepEqual([done.status, done.status_details.reason], ["cancelled", "turn_detected"]);
  realtime.send({ type: "response.cancel" });
  assert.equal((await until("error")).error.code, "response_cancel_not_active");
});

await check(async () => {
  realtime.send({ type: "nonsense" });
  const { error } = await until("error");
  assert.deepEqual([error.type, error.code, error.param], ["invalid_request_error", "invalid_value", "type"]);
  assert.equal(main.errors.length, 6);
  const closed = main.closed();
  realtime.close();
  assert.equal(await closed, 1000);
});

await check(async () => {
  const unknown = open("gpt-nothing");
  assert.equal((await unknown.until("error")).error.code, "model_not_found");
});

await check(async () => {
  const refused = open("gpt-realtime", "sk-wrong-key-000");
  await refused.closed();
  assert.match(refused.errors[0].message, /401/);
});

console.log(`all ${checks} checks passed`);
