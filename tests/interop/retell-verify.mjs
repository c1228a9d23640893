// Reads {"body","key","signature"}, one JSON object a line, the body in base64; prints for each whether Retell's official library takes it for signed now.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { verify } = createRequire(import.meta.url)("retell-sdk");
for (const line of readFileSync(0, "utf8").split("\n").filter((one) => one.length > 0)) {
  const { body, key, signature } = JSON.parse(line);
  console.log(await verify(Buffer.from(body, "base64").toString("utf8"), key, signature));
}
