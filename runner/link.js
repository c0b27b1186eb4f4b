// Code in an address, as #run=KEY~CODE: the block's key, and the code
// compressed, in base64url.

// Bytes of code that an address may carry, before they are compressed.
export const MOST = 50_000;

const bytes = (text) => new TextEncoder().encode(text);
export const size = (text) => bytes(text).length;

export const asked = () => location.hash.startsWith("#run=");

// Whether the address has code for a block.
export const carries = (key) =>
  location.hash.startsWith(`#run=${encodeURIComponent(key)}~`);

// Whether this browser can compress.
export function able() {
  try {
    return Boolean(new CompressionStream("deflate-raw"));
  } catch {
    return false;
  }
}

// Another site could lead a reader's click to Run in a page that it hides.
export function framed() {
  try {
    return top.location.origin !== location.origin;
  } catch {
    return true;
  }
}

async function through(stream, given, most) {
  const reader = new Blob([given]).stream().pipeThrough(stream).getReader();
  const parts = [];
  for (let length = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) throw new RangeError("too long");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

// The fragment of an address, after the #, for a block's code.
export async function packed(key, text) {
  const found = await through(new CompressionStream("deflate-raw"), bytes(text), Infinity);
  const code = btoa(String.fromCharCode(...found))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `run=${encodeURIComponent(key)}~${code}`;
}

// The code in the address for a block.
export async function unpacked(key) {
  if (!carries(key)) throw new RangeError("for another block");
  const [, code] = location.hash.split("~");
  const plain = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
  const given = Uint8Array.from(plain, (one) => one.charCodeAt(0));
  const found = await through(new DecompressionStream("deflate-raw"), given, MOST);
  return new TextDecoder("utf-8", { fatal: true }).decode(found);
}
