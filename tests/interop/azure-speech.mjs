// Drives the official Speech SDK against a server: node azure-speech.mjs HOST KEY (recognise LANGUAGE < pcm | synthesise VOICE TEXT).
// Prints one JSON object.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const sdk = createRequire(import.meta.url)("microsoft-cognitiveservices-speech-sdk");
const [host, key, what, first, text] = process.argv.slice(2);
const config = sdk.SpeechConfig.fromHost(new URL(host), key);
const finish = (result) => process.stdout.write(JSON.stringify(result) + "\n", () => process.exit(0));

if (what === "recognise") {
  config.speechRecognitionLanguage = first;
  const stream = sdk.AudioInputStream.createPushStream(sdk.AudioStreamFormat.getWaveFormatPCM(8000, 16, 1));
  const pcm = readFileSync(0);
  for (let at = 0; at < pcm.length; at += 640) {
    const piece = pcm.subarray(at, Math.min(pcm.length, at + 640));
    stream.write(piece.buffer.slice(piece.byteOffset, piece.byteOffset + piece.length));
  }
  stream.close();

  const recognizer = new sdk.SpeechRecognizer(config, sdk.AudioConfig.fromStreamInput(stream));
  const result = { guesses: [], phrases: [], error: null };
  recognizer.recognizing = (_, e) => result.guesses.push(e.result.text);
  recognizer.recognized = (_, e) => e.result.text && result.phrases.push({ text: e.result.text, offset: e.result.offset, duration: e.result.duration });
  recognizer.canceled = (_, e) => { if (e.reason === sdk.CancellationReason.Error) { result.error = e.errorDetails; finish(result); } };
  recognizer.sessionStopped = () => finish(result);
  recognizer.startContinuousRecognitionAsync(() => {}, (error) => finish({ ...result, error }));
} else {
  config.speechSynthesisVoiceName = first;
  config.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat.Raw8Khz8BitMonoMULaw;
  const synthesizer = new sdk.SpeechSynthesizer(config, null);
  synthesizer.speakTextAsync(text, (result) => finish({
    completed: result.reason === sdk.ResultReason.SynthesizingAudioCompleted, error: result.errorDetails ?? null,
    audio: Buffer.from(result.audioData ?? new ArrayBuffer(0)).toString("base64"),
  }), (error) => finish({ completed: false, error: String(error), audio: "" }));
}
