// The official client for JavaScript, against a live server: what it makes of our answers.
//   node client.mjs <base url> <key> <sound file> <broken sound file>
import fs from "node:fs";
import OpenAI from "openai";

const [baseURL, apiKey, sound, broken] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 2 });
const call = (form, file = sound) =>
  client.audio.transcriptions.create({
    file: fs.createReadStream(file), model: "whisper-1", language: "zh", ...form,
  });

const found = { formats: {} };
found.models = (await client.models.list()).data.map((model) => model.id);
for (const response_format of ["json", "text", "srt", "vtt", "verbose_json", "diarized_json"]) {
  found.formats[response_format] = await call({ response_format });
}
found.words = (await call({ response_format: "verbose_json", timestamp_granularities: ["word"] })).words;
found.stream = [];
for await (const event of await call({ model: "gpt-4o-transcribe", stream: true })) {
  found.stream.push(event);
}
try {
  await call({ model: "gpt-9" });
} catch (error) {
  found.error = { status: error.status, code: error.code, param: error.param, type: error.constructor.name };
}
try {
  await call({ response_format: "json" }, broken);
} catch (error) {
  found.broken = error.constructor.name;
}
console.log(JSON.stringify(found));
