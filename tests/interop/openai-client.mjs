// Runs OpenAI's official library against the server given by address and key, whose answers the test has scripted.
import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: "user", content: "hi" }];
const model = "gpt-4o-mini";
let checks = 0;
const check = async (run) => { await run(); checks++; };

await check(async () => {
  let text = "", usage, finish;
  for await (const chunk of await client.chat.completions.create({ model, messages, stream: true, stream_options: { include_usage: true } })) {
    assert.equal(chunk.object, "chat.completion.chunk");
    text += chunk.choices[0]?.delta?.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, "Guten Tag 👋");
  assert.equal(finish, "stop");
  assert.equal(usage.total_tokens, 27);
});

await check(async () => {
  const runner = client.chat.completions.stream({ model, messages, tools: [{ type: "function", function: { name: "book", parameters: { type: "object" } } }] });
  const final = await runner.finalChatCompletion();
  assert.equal(final.choices[0].finish_reason, "tool_calls");
  assert.deepEqual(final.choices[0].message.tool_calls.map((call) => [call.id, call.function.name, call.function.arguments]),
    [["call_a", "book", '{"d":7}'], ["call_b", "note", "{}"]]);
});

await check(async () => {
  const whole = await client.chat.completions.create({ model, messages });
  assert.equal(whole.choices[0].message.content, "Whole");
  assert.ok(whole._request_id);
});

const call = { role: "assistant", tool_calls: [{ id: "c", type: "function", function: { name: "book", arguments: "{}" } }] };
await check(async () => {
  const whole = await client.chat.completions.create({ model, messages: [...messages, call, { role: "tool", tool_call_id: "c", content: "ok" }] });
  assert.equal(whole.choices[0].message.content, "Done.");
});

await check(() => assert.rejects(client.chat.completions.create({ model, messages: [...messages, call, ...messages] }), OpenAI.BadRequestError));

await check(() => assert.rejects(async () => {
  for await (const _ of await client.chat.completions.create({ model, messages, stream: true }));
}));

await check(() => assert.rejects(async () => {
  for await (const _ of await client.chat.completions.create({ model, messages, stream: true }));
}, /The server had an error/));

await check(() => assert.rejects(client.chat.completions.create({ model: "gpt-9", messages }),
  (error) => error instanceof OpenAI.NotFoundError && error.code === "model_not_found"));

await check(() => assert.rejects(new OpenAI({ baseURL, apiKey: "sk-wrong-key-000", maxRetries: 0 }).models.list(),
  (error) => error instanceof OpenAI.AuthenticationError && error.code === "invalid_api_key"));

await check(async () => {
  const speech = await client.audio.speech.create({ model: "gpt-4o-mini-tts", voice: "coral", input: "Hi.", response_format: "pcm" });
  assert.equal((await speech.arrayBuffer()).byteLength, 3 * 1440 * 2);
});

await check(() => assert.rejects(client.audio.speech.create({ model: "tts-1", voice: "nobody", input: "Hi.", response_format: "pcm" }),
  (error) => error.status === 400 && error.param === "voice"));

const wav = Buffer.alloc(44 + 16000);
wav.write("RIFF", 0); wav.writeInt32LE(16036, 4); wav.write("WAVEfmt ", 8); wav.writeInt32LE(16, 16); wav.writeInt16LE(1, 20); wav.writeInt16LE(1, 22);
wav.writeInt32LE(8000, 24); wav.writeInt32LE(16000, 28); wav.writeInt16LE(2, 32); wav.writeInt16LE(16, 34); wav.write("data", 36); wav.writeInt32LE(16000, 40);
await check(async () => {
  const file = await toFile(wav, "utterance.wav");
  const whole = await client.audio.transcriptions.create({ file, model: "gpt-4o-mini-transcribe", language: "en" });
  assert.equal(whole.text, "one two three");
});

await check(async () => {
  const file = await toFile(wav, "utterance.wav");
  let text = "", done;
  for await (const event of await client.audio.transcriptions.create({ file, model: "gpt-4o-mini-transcribe", stream: true })) {
    if (event.type === "transcript.text.delta") text += event.delta;
    else done = event;
  }
  assert.equal(text, "one two three");
  assert.equal(done.text, text);
  assert.equal(done.usage.total_tokens, 17);
});

await check(async () => {
  const base64 = await client.embeddings.create({ model: "text-embedding-3-small", input: ["a", "b"], dimensions: 8 });
  const floats = await client.embeddings.create({ model: "text-embedding-3-small", input: ["a", "b"], dimensions: 8, encoding_format: "float" });
  const vectors = (answer) => answer.data.toSorted((x, y) => x.index - y.index).map((one) => one.embedding);
  assert.deepEqual(vectors(base64), vectors(floats));
  assert.equal(vectors(base64)[1].length, 8);
});

console.log(`all ${checks} checks passed`);
