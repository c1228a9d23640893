// Prints 500 random requests, one JSON object a line, signed by Twilio's official library.
import { createRequire } from "node:module";
import { createHash } from "node:crypto";

const { getExpectedTwilioSignature } = createRequire(import.meta.url)("twilio/lib/webhooks/webhooks.js");
const token = "interop-token";

let state = 20260304;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = (list) => list[random(list.length)];
const alphabet = [..."abcXYZ019 +&=%?#/\"'<>.,_-~\u00e4\u00df\u20ac\u4e2d\ud83d\udc4b\n"];
const text = (longest) => Array.from({ length: random(longest) }, () => pick(alphabet)).join("");
const name = () => pick(["From", "To", "Body", "alpha", "Zeta", "a", "B", "MediaUrl"]) + random(4);

for (let i = 0; i < 500; i++) {
  let url = pick(["https://voice.example.com", "https://voice.example.com:8443", "https://u:p@voice.example.com", "wss://voice.example.com"])
    + pick(["/twilio/voice", "/a%20b/c", "/"]) + pick(["", "", "?x=1&y=%2F%20", "?q=a+b"]);
  const parameters = {};
  let body = null;
  if (url.startsWith("wss")) {
    // An upgrade has no parameters.
  } else if (random(5) === 0) {
    body = JSON.stringify({ text: text(40) });
    url += (url.includes("?") ? "&" : "?") + "bodySHA256=" + createHash("sha256").update(body).digest("hex");
  } else {
    for (let count = random(12); count > 0; count--) {
      parameters[name()] = random(5) === 0 ? Array.from({ length: 1 + random(3) }, () => text(5)) : text(30);
    }
  }

  console.log(JSON.stringify({
    url, body, signature: getExpectedTwilioSignature(token, url, parameters),
    parameters: Object.entries(parameters).flatMap(([key, value]) => [value].flat().map((one) => [key, one])),
  }));
}
